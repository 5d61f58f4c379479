/*
** Included before every source of the core when it is built for torture: its
** allocations, and what it asks the system for (descriptors, threads), are
** failing.c's, which counts them, and has them fail when it is asked to.
*/
#ifndef TORTURE_SHIM_H
#define TORTURE_SHIM_H

/* What declares the true ones comes first. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

void *core_malloc (size_t size);
void *core_calloc (size_t count, size_t size);
void *core_realloc (void *block, size_t size);
char *core_strdup (const char *text);
char *core_strndup (const char *text, size_t most);
char *core_realpath (const char *path, char *into);
void core_free (void *block);

int core_open (const char *path, int flags, ...);
int core_fcntl (int descriptor, int command, ...);
FILE *core_fopen (const char *path, const char *mode);
int core_socket (int family, int type, int protocol);
int core_eventfd (unsigned int value, int flags);
int core_epoll_create1 (int flags);
int core_epoll_ctl (int epoll, int operation, int descriptor,
                    struct epoll_event *event);
int core_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*run) (void *), void *argument);

#undef strdup
#undef strndup
#define malloc core_malloc
#define calloc core_calloc
#define realloc core_realloc
#define strdup core_strdup
#define strndup core_strndup
#define realpath core_realpath
#define free core_free

#define open(...) core_open(__VA_ARGS__)
#define fcntl(...) core_fcntl(__VA_ARGS__)
#define fopen core_fopen
#define socket(...) core_socket(__VA_ARGS__)
#define eventfd(...) core_eventfd(__VA_ARGS__)
#define epoll_create1 core_epoll_create1
#define epoll_ctl core_epoll_ctl
#define pthread_create core_pthread_create

#endif
