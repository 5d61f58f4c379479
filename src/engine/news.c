/*
** A doubly linked list through the exchanges themselves, so that adding to
** it cannot fail.
*/
#include "news.h"

#include "exchange.h"


void news_open (struct news *n)
{
  pthread_mutex_init(&n->lock, NULL);
  n->first = n->last = NULL;
  n->fresh = false;
}


static void unlink_first (struct news *n)
{
  struct exchange *x = n->first;
  n->first = x->news_next;
  if (n->first)
    n->first->news_previous = NULL;
  else
    n->last = NULL;
  x->news_next = NULL;
  x->news_listed = false;
}


void news_close (struct news *n)
{
  while (n->first)
    unlink_first(n);
  pthread_mutex_destroy(&n->lock);
}


static void append (struct news *n, struct exchange *x)
{
  x->news_listed = true;
  x->news_previous = n->last;
  x->news_next = NULL;
  if (n->last)
    n->last->news_next = x;
  else
    n->first = x;
  n->last = x;
}


/* An exchange that one thread alone knows is in a list that it alone knows. */
static void lock (struct news *n, const struct exchange *x)
{
  if (x->shared)
    pthread_mutex_lock(&n->lock);
}


static void unlock (struct news *n, const struct exchange *x)
{
  if (x->shared)
    pthread_mutex_unlock(&n->lock);
}


void news_add (struct news *n, struct exchange *x)
{
  lock(n, x);
  if (!x->news_unwanted) {
    if (!x->news_listed)
      append(n, x);
    __atomic_store_n(&n->fresh, true, __ATOMIC_RELEASE);
  }
  unlock(n, x);
}


static void unlink_any (struct news *n, struct exchange *x)
{
  if (x->news_previous == NULL) {
    unlink_first(n);
    return;
  }
  x->news_previous->news_next = x->news_next;
  if (x->news_next)
    x->news_next->news_previous = x->news_previous;
  else
    n->last = x->news_previous;
  x->news_next = x->news_previous = NULL;
  x->news_listed = false;
}


void news_drop (struct news *n, struct exchange *x)
{
  lock(n, x);
  x->news_unwanted = true;
  if (x->news_listed)
    unlink_any(n, x);
  unlock(n, x);
}


bool news_take_fresh (struct news *n)
{
  return __atomic_exchange_n(&n->fresh, false, __ATOMIC_ACQ_REL);
}


bool news_is_fresh (const struct news *n)
{
  return __atomic_load_n(&n->fresh, __ATOMIC_ACQUIRE);
}


size_t news_take (struct news *n, unsigned long long *ids, size_t most)
{
  size_t count = 0;
  pthread_mutex_lock(&n->lock);
  while (n->first && count < most) {
    ids[count++] = n->first->id;
    unlink_first(n);
  }
  pthread_mutex_unlock(&n->lock);
  return count;
}
