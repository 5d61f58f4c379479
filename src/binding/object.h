/*
** The userdata types of the core, one file each, and what they need of one
** another. An object is born closed and stays valid memory until Lua frees
** it, so a finalizer that runs late finds it closed, not gone.
*/
#ifndef OAI_OBJECT_H
#define OAI_OBJECT_H

#include <stdbool.h>

#include "../engine/sse.h"
#include "compat.h"

struct engine;
struct worker;
struct exchange;
struct credential;
struct form;
struct plan;
struct target;

#define ENGINE_TYPE "oai.core.engine"
#define EXCHANGE_TYPE "oai.core.exchange"
#define CREDENTIAL_TYPE "oai.core.credential"
#define PLAN_TYPE "oai.core.plan"
#define FORM_TYPE "oai.core.form"
#define TARGET_TYPE "oai.core.target"
#define SSE_TYPE "oai.core.sse"
#define TEMPLATE_TYPE "oai.core.template"
#define DIGEST_TYPE "oai.core.digest"

/* Marks by whose addresses the objects in the hot paths are told apart: to
** compare metatables, as luaL_checkudata does, costs four times as much. */
extern const char engine_type[];
extern const char exchange_type[];

struct engine_object {
  const char *type;         /* engine_type */
  struct engine *engine;    /* NULL when closed; the worker's if there is
                               one */
  struct worker *worker;    /* NULL when it is stepped */
  bool foreign;             /* closed in a process forked since */
};

struct exchange_object {
  const char *type;         /* exchange_type */
  struct exchange *exchange;        /* NULL when closed */
  struct engine_object *engine;     /* NULL before the start; kept alive */
};

/* Pushes a new object of so many bytes, which are zero but for the `type` that
** it begins with: the name of its metatable. */
void *new_object (lua_State *L, size_t size, const char *type);

/* The object at `i`, which must be `size` bytes and begin with its `type`;
** raises an argument error when it is something else. */
static inline void *check_object (lua_State *L, int i, const char *type,
                                  size_t size)
{
  void *object = lua_touserdata(L, i);
  if (object && lua_rawlen(L, i) == size && *(const char **)object == type)
    return object;
  return luaL_checkudata(L, i, type);
}


/* Each opens a type: its metatable, and its functions in the table on the
** top of the stack. */
void open_engine (lua_State *L);
void open_exchange (lua_State *L);
void open_exchange_make (lua_State *L);
void open_credential (lua_State *L);
void open_plan (lua_State *L);
void open_form (lua_State *L);
void open_target (lua_State *L);
void open_sse (lua_State *L);
void open_value_write (lua_State *L);
void open_value_read (lua_State *L);
void open_template (lua_State *L);
void open_vector (lua_State *L);
void open_digest (lua_State *L);

/* Methods of an exchange: see socket_object.c. */
int method_send (lua_State *L);
int method_message (lua_State *L);

/* Raise an argument error when `i` is not one, or is closed. */
struct exchange_object *check_exchange (lua_State *L, int i);
const struct credential *check_credential (lua_State *L, int i);
struct form *check_form (lua_State *L, int i);
struct target *check_target (lua_State *L, int i);
struct plan *check_plan (lua_State *L, int i);

/* What was not read of the reply of the exchange at `i`, with a NUL behind it;
** valid until it is read or closed. Raises as check_exchange does. */
const char *check_reply (lua_State *L, int i, size_t *length);

/* True in a process forked since it was made: a lock of its worker may be
** held for ever by a thread that is not there. */
bool engine_object_is_foreign (const struct engine_object *o);

/* Ends an exchange's transfer, if it is under way. */
void engine_object_stop (struct exchange_object *o);
void engine_object_resume (struct exchange_object *o);

/* Drops what still comes, and lets it end by itself for a second. */
void engine_object_drain (struct exchange_object *o);

/* Takes an exchange out of its engine's news, for good. */
void engine_object_forget (struct exchange_object *o);

/* A function by its name: tables of these name no addresses but the
** functions', which whoever loads the core has to fill in one by one. */
struct function {
  char name[16];
  lua_CFunction function;
};

/* Puts the functions of a table of C into the table on the top. */
#define add_functions(L, list) \
  add_list((L), (list), sizeof(list) / sizeof((list)[0]))

void add_list (lua_State *L, const struct function *list, size_t count);

/* Makes a metatable with `methods` behind __index. */
#define new_type(L, type, methods, metamethods) \
  (begin_type((L), (type)), add_functions((L), (methods)), lua_pop((L), 1), \
   add_functions((L), (metamethods)), lua_pop((L), 1))

/* Pushes a new metatable, and the table of its methods. */
void begin_type (lua_State *L, const char *type);

/* Field `name` of the table at `i`: NULL when absent, an error naming it
** when no string. Without `length` it is to be a C string, and NUL in it is
** such an error too. Stays on the stack. */
const char *opt_string_field (lua_State *L, int i, const char *name,
                              size_t *length);

/* The C string that field `name` of the table at `i` must be. Stays on the
** stack. */
const char *check_string_field (lua_State *L, int i, const char *name);

/* The string at `i`, which `what` names in the error that NUL in it is: C
** would take what stands before it for the whole. */
const char *check_c_string (lua_State *L, int i, const char *what);

/* nil and "cannot <verb> '<path>': <reason of the system>", by errno. */
int push_file_error (lua_State *L, const char *verb, const char *path);

/* A text of the parser, or nil. */
void push_text (lua_State *L, struct sse_text text);

/* If the event is like the template at `i`, pushes true, its value, and what
** it has at the template's own place. False, and pushes nothing, when it is
** not, or no template is there. */
bool push_like (lua_State *L, int i, const struct sse_event *event);

/* Pushes an event as x:event(template) returns it: three values. */
int push_event (lua_State *L, int template, const struct sse_event *event);

/* Pushes what an event stream that has ended had beside events: two values,
** see x:rest() in exchange_object.c. Raises when there is no memory. */
int push_rest (lua_State *L, struct sse *s);

#endif
