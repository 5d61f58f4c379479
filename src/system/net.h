/*
** Sockets of the net, with the same calls on all systems: on Windows they are
** no files, and numbers of their own, which fit in an int.
*/
#ifndef OAI_NET_H
#define OAI_NET_H

#if defined(_WIN32)
#include <winsock2.h>
#include <ws2tcpip.h>

#define SHUT_RDWR SD_BOTH
#define MSG_DONTWAIT 0      /* libcurl's never wait */

#define net_poll(all, count, milliseconds) \
  WSAPoll(all, (ULONG)(count), milliseconds)

/* Two bits of POLLIN, which is what comes of either. A socket is asked for the
** first alone while somebody waits for it, for both otherwise. */
#define NET_READ POLLRDNORM
#define NET_IDLE POLLRDBAND

#define net_close closesocket

/* No program that the host starts inherits it. Negative: there is none. */
int net_open (int family, int type, int protocol);

#define NET_LOWEST 1

/* libcurl's own wake-up is inherited by nobody here. */
static inline void net_find_lowest (int lowest[NET_LOWEST])
{
  lowest[0] = -1;
}


static inline void net_keep_lowest (const int lowest[NET_LOWEST])
{
  (void)lowest;
}

#else
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define net_poll(all, count, milliseconds) \
  poll(all, (nfds_t)(count), milliseconds)

#define NET_READ POLLIN
#define NET_IDLE POLLPRI    /* asked for beside the other by nobody else */

#define net_close close

static inline int net_open (int family, int type, int protocol)
{
#if defined(SOCK_CLOEXEC)
  return socket(family, type | SOCK_CLOEXEC, protocol);
#else
  int descriptor = socket(family, type, protocol);
  if (descriptor >= 0)
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return descriptor;
#endif
}


#define NET_LOWEST 3


/* The lowest descriptors that are free, which are the next ones opened; -1 for
** those that there are not. */
static inline void net_find_lowest (int lowest[NET_LOWEST])
{
  int i;
  for (i = 0; i < NET_LOWEST; i++)
    lowest[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (i = 0; i < NET_LOWEST; i++) {
    if (lowest[i] >= 0)
      close(lowest[i]);
  }
}


static inline bool net_is_wake_up (int descriptor)
{
  struct stat status;
  return descriptor >= 0 && fstat(descriptor, &status) == 0
      && (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode));
}


/* Has no program inherit those of them that are a socket or a pipe by now. */
static inline void net_keep_lowest (const int lowest[NET_LOWEST])
{
  int i;
  for (i = 0; i < NET_LOWEST; i++) {
    if (net_is_wake_up(lowest[i]))
      fcntl(lowest[i], F_SETFD, FD_CLOEXEC);
  }
}

#endif

#endif
