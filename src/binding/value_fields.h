/*
** The fields of a table, in the order in which they are written: that of the
** table's own order, then by the bytes of their names. So equal tables are
** equal bytes in every process, however Lua has hashed them.
*/
#ifndef OAI_VALUE_FIELDS_H
#define OAI_VALUE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "compat.h"

#define FIRST_FIELDS 40     /* in C's stack */
#define FIELDS_SLOTS 32     /* of Lua's stack that must be free to collect */

struct field {
  const char *name;
  size_t length;
  bool number;              /* the key is one, which is called `name` */
  int rank;                 /* in the table's own order; NO_RANK: none */
  int pair;                 /* stack index of the key, before that of the
                               value; 0: they are to be looked up */
};

/* The fields of the tables that are being written, the innermost last. */
struct fields {
  lua_State *L;
  struct field *all;        /* `first`, or the userdata at `block` */
  size_t count, room;
  int block;                /* stack index; behind it is a table of the names
                               of numbers, or nil */
  struct field first[FIRST_FIELDS];
};

/* Begins with none. Nil is at `block` and behind it. */
void fields_init (struct fields *s, lua_State *L, int block);

/* A table, by stack indices. */
struct object {
  int table;
  int ranks;                /* of its own order, by fields_push_ranks; or 0 */
  bool numbers;             /* keys may be whole numbers */
};

/* Pushes what the list at `order` says of the names in it. A name that is
** there twice has its first place. Returns the stack index. */
int fields_push_ranks (lua_State *L, int order);

/* Adds the fields of a table (its first key and value are on the top) behind
** the others, in their order. Their names are valid while the table is not
** changed. NULL, or what is wrong with the table. Memory and the stack grow by
** Lua's, which may raise. */
const char *fields_collect (struct fields *s, const struct object *o);

/* Pushes the key and the value of a field of the table at `table` that are to
** be looked up; returns the stack index of the key. */
int fields_push (lua_State *L, const struct field *f, int table);

#endif
