/*
** A table of connections by descriptor, and ending them from outside of
** libcurl, which has no call for that: it finds the socket at its end.
*/
#include "connection.h"

#include <stdlib.h>
#include <string.h>

#include "../system/net.h"

#define DISCARD_MOST 256    /* times 4 KiB */


void connections_clear (struct connections *c)
{
  free(c->all);
  memset(c, 0, sizeof(*c));
}


static bool make_room (struct connections *c, int descriptor)
{
  int room = descriptor + 64;
  struct connection *all;
  if (descriptor < c->room)
    return true;
  all = realloc(c->all, (size_t)room * sizeof(*all));
  if (all == NULL)
    return false;
  memset(all + c->room, 0, (size_t)(room - c->room) * sizeof(*all));
  c->all = all;
  c->room = room;
  return true;
}


bool connections_add (struct connections *c, int descriptor, double now)
{
  struct connection *added;
  if (!make_room(c, descriptor))
    return false;
  added = &c->all[descriptor];
  memset(added, 0, sizeof(*added));
  added->open = true;
  c->untold++;
  added->opened = added->heard = now;
  return true;
}


struct connection *connections_find (struct connections *c, int descriptor)
{
  if (descriptor < 0 || descriptor >= c->room || !c->all[descriptor].open)
    return NULL;
  return &c->all[descriptor];
}


void connections_tell (struct connections *c, struct connection *one)
{
  if (!one->is_told)
    c->untold--;
  one->is_told = true;
}


void connections_remove (struct connections *c, int descriptor)
{
  struct connection *removed = connections_find(c, descriptor);
  if (removed == NULL)
    return;
  if (removed->is_shut)
    c->shut--;
  if (removed->is_http1)
    c->http1--;
  if (!removed->is_told)
    c->untold--;
  removed->open = false;
}


/* Our port of a connection; -1 when it has none. IPv4 and IPv6 have it at the
** same place. */
static int port_of (int descriptor)
{
  struct sockaddr_storage address;
  socklen_t length = sizeof(address);
  address.ss_family = AF_UNIX;
  if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0
      || address.ss_family == AF_UNIX)
    return -1;
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}


int connections_at_port (const struct connections *c, int port)
{
  int descriptor;
  for (descriptor = 0; descriptor < c->room; descriptor++) {
    if (c->all[descriptor].open && port_of(descriptor) == port)
      return descriptor;
  }
  return -1;
}


void connections_speaks_http1 (struct connections *c, int descriptor,
                               int port)
{
  struct connection *one = connections_find(c, descriptor);
  if (one == NULL || one->is_http1)
    return;
  one->is_http1 = true;
  one->port = port;
  c->http1++;
}


bool connections_is_http1 (const struct connections *c, int port)
{
  int descriptor;
  for (descriptor = 0; descriptor < c->room; descriptor++) {
    const struct connection *one = &c->all[descriptor];
    if (one->open && one->is_http1 && one->port == port)
      return true;
  }
  return false;
}


/* Takes out what is waiting in a connection: libcurl would take it for
** alive. */
static void discard (int descriptor)
{
  char bytes[4096];
  int i;
  for (i = 0; i < DISCARD_MOST; i++) {
    if (recv(descriptor, bytes, sizeof(bytes), MSG_DONTWAIT) <= 0)
      return;
  }
}


void connections_shut (struct connections *c, int descriptor)
{
  struct connection *one = connections_find(c, descriptor);
  if (one == NULL || one->is_shut)
    return;
  one->is_shut = true;
  one->port = port_of(descriptor);
  c->shut++;
  shutdown(descriptor, SHUT_RDWR);
  discard(descriptor);
}


bool connections_has_shut (const struct connections *c, int port)
{
  int descriptor;
  for (descriptor = 0; descriptor < c->room && c->shut > 0; descriptor++) {
    const struct connection *one = &c->all[descriptor];
    if (one->open && one->is_shut && one->port == port)
      return true;
  }
  return false;
}


static bool has_ended (int descriptor)
{
  char byte;
  return recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}


/* Shuts it, unless it is one of HTTP/2: that says things of itself, which
** libcurl reads, and its replies cannot be mistaken for one another. */
void connections_disturbed (struct connections *c, int descriptor,
                            double now)
{
  struct connection *one = connections_find(c, descriptor);
  if (one == NULL || one->opened >= now || one->is_held
      || (one->is_http2 && !has_ended(descriptor)))
    return;
  connections_shut(c, descriptor);
}
