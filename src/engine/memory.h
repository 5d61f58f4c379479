/*
** The memory of libcurl, from blocks that are kept at hand. What it gives back
** while a secret may be in it is wiped: it keeps copies of a request's header,
** and frees them as they are. Nothing is wiped where somebody else in the
** process has initialised libcurl before: then its memory is theirs. Over
** HTTP/2 a libcurl before 8.12 leaves nghttp2 memory of its own, where a copy
** of each header stays until that is used again.
*/
#ifndef OAI_MEMORY_H
#define OAI_MEMORY_H

#include <stddef.h>

#if defined(__linux__)
#define MEMORY_IS_OURS 1    /* where the size of a block can be asked for */

/* What libcurl is to take and give back its memory by, as by malloc, calloc,
** strdup, realloc and free. */
void *memory_make (size_t size);
void *memory_make_clear (size_t count, size_t size);
char *memory_copy (const char *text);
void *memory_move (void *memory, size_t size);
void memory_free (void *memory);

#else
#define MEMORY_IS_OURS 0
#endif

/* From the first to the last of these calls, which may be within one
** another on any threads, what libcurl frees is wiped. */
void memory_begin_wiping (void);
void memory_end_wiping (void);

/* Wipes what calls that are over have left on this thread's stack: what they
** copied, and what the dynamic linker keeps there of the registers that a
** copy went through. */
void memory_wipe_stack (void);

#endif
