/*
** Which exchanges have something for their reader, in the order in which
** it came, each once. The engine adds, the reader's thread takes; both may
** run at the same time.
*/
#ifndef OAI_NEWS_H
#define OAI_NEWS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct exchange;

struct news {
  pthread_mutex_t lock;     /* guards the list, and the exchanges' `news_` */
  struct exchange *first, *last;
  bool fresh;               /* atomic; something was added since it was
                               asked */
};

/* Makes an empty list of it. */
void news_open (struct news *n);

/* Forgets what is in it. */
void news_close (struct news *n);

/* Holds no reference: news_drop takes it out again. */
void news_add (struct news *n, struct exchange *x);

/* Nobody reads the exchange any more: it is taken out, and added no more. */
void news_drop (struct news *n, struct exchange *x);

/* True when something was added since the last call. */
bool news_take_fresh (struct news *n);

/* As news_take_fresh, and still true afterwards. */
bool news_is_fresh (const struct news *n);

/* Takes out at most `most` of them, and writes their ids. Returns how
** many. */
size_t news_take (struct news *n, unsigned long long *ids, size_t most);

#endif
