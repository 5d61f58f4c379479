/*
** The transport options of an engine: one table says for each its name
** and kind, and what libcurl calls it. Adding an option is adding a
** row there (and in lua/oai/options.lua, which documents it).
*/
#ifndef OAI_OPTION_H
#define OAI_OPTION_H

#include <stdbool.h>

enum option_kind {
  OPTION_STRING,
  OPTION_FLAG
};

#define OPTION_MOST 16      /* more rows than the table has */

struct option_value {
  bool given;
  char *string;             /* owned; OPTION_STRING only */
  bool flag;
};

struct option_set {
  struct option_value values[OPTION_MOST];
};

/* The row of `name`, or -1. */
int option_find (const char *name);
enum option_kind option_kind (int row);

/* Takes a copy of a string; false when there is no memory. */
bool option_set_string (struct option_set *set, int row, const char *value);
void option_set_flag (struct option_set *set, int row, bool value);

/* Forgets all values. A set starts as all zero bytes. */
void option_set_clear (struct option_set *set);

#define OPTION_REASON 80    /* size of what option_apply writes */

/* Sets a libcurl easy handle up: our defaults, then what was given. False
** when libcurl refuses an option that was given, or has no memory; `reason`
** says which. */
bool option_apply (const struct option_set *set, void *easy,
                   char reason[OPTION_REASON]);

#endif
