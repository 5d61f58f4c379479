/*
** Included before every source of the core when it is built into host.c: its
** allocations are counted there, and fail when they are asked to.
*/
#ifndef TORTURE_SHIM_H
#define TORTURE_SHIM_H

/* What declares the true ones comes first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *core_malloc (size_t size);
void *core_calloc (size_t count, size_t size);
void *core_realloc (void *block, size_t size);
char *core_strdup (const char *text);
void core_free (void *block);

#undef strdup
#define malloc core_malloc
#define calloc core_calloc
#define realloc core_realloc
#define strdup core_strdup
#define free core_free

#endif
