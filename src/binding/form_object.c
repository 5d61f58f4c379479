/*
** The userdata of a form: made from a list of parts when a call is made, and
** shared by its attempts. It holds the files open, so what was given may be
** closed, moved and replaced afterwards. Must not know how it is sent.
*/
#include <errno.h>
#include <stdio.h>

#include "../engine/form.h"
#include "object.h"


static const char form_type[] = FORM_TYPE;

struct form_object {
  const char *type;         /* form_type */
  struct form *form;        /* NULL when closed */
};


static struct form_object *to_form (lua_State *L, int i)
{
  return check_object(L, i, form_type, sizeof(struct form_object));
}


struct form *check_form (lua_State *L, int i)
{
  struct form_object *o = to_form(L, i);
  luaL_argcheck(L, o->form != NULL, i, "the form is closed");
  return o->form;
}


/* form:changed() -> when the first part's file was changed last, in seconds;
** its size. 0 and 0 where that is no file. */
static int method_changed (lua_State *L)
{
  long long size;
  lua_pushnumber(L, form_changed(check_form(L, 1), &size));
  lua_pushnumber(L, (lua_Number)size);
  return 2;
}


/* form:close(): its files are closed once no attempt reads them any more. */
static int method_close (lua_State *L)
{
  struct form_object *o = to_form(L, 1);
  if (o->form)
    form_release(o->form);
  o->form = NULL;
  return 0;
}


/*
** {======================================================
** Making one. Its userdata owns everything from the first line on, so any
** step may raise.
** =======================================================
*/

/* Adds an open file. What the program has written to it belongs to the
** content. */
static bool add_open_file (struct form *f, const struct form_label *label,
                           FILE *file, const char *source)
{
  if (fflush(file) != 0)
    return false;
  return form_add_descriptor(f, label, fileno(file),
                             (long long)ftello(file), source);
}


/* Each adds the part at `i` with content of its kind. Returns the number of
** results when that fails, else 0. */

static int add_data (lua_State *L, int i, struct form *f,
                     const struct form_label *label)
{
  size_t length;
  const char *data = opt_string_field(L, i, "data", &length);
  if (data == NULL)
    luaL_error(L, "part '%s' has no content", label->name);
  errno = ENOMEM;
  return form_add_bytes(f, label, data, length)
       ? 0 : push_file_error(L, "copy", label->name);
}


static long long position_field (lua_State *L, int i, const char *name,
                                 int otherwise)
{
  long long position;
  lua_getfield(L, i, name);
  position = (long long)luaL_optnumber(L, -1, otherwise);
  lua_pop(L, 1);
  return position;
}


static int add_path (lua_State *L, int i, struct form *f,
                     const struct form_label *label)
{
  const char *path = opt_string_field(L, i, "path", NULL);
  long long offset = position_field(L, i, "offset", 0);
  long long size = position_field(L, i, "size", -1);
  return form_add_path(f, label, path, offset, size)
       ? 0 : push_file_error(L, "open", path);
}


/* A third result, true, says that the program is wrong, not the machine. */
static int add_file (lua_State *L, int i, struct form *f,
                     const struct form_label *label)
{
  const char *source = label->filename ? label->filename : label->name;
  FILE *file;
  lua_getfield(L, i, "file");
  file = compat_tofile(L, -1);
  errno = EBADF;
  if (file && add_open_file(f, label, file, source))
    return 0;
  if (errno != EBADF)
    return push_file_error(L, "read", source);
  lua_pushnil(L);
  lua_pushfstring(L, "the file '%s' is %s", source,
                  file ? "not open for reading" : "closed");
  lua_pushboolean(L, true);
  return 3;
}


static bool has_field (lua_State *L, int i, const char *name)
{
  bool has;
  lua_getfield(L, i, name);
  has = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has;
}


/* Adds the part at the top of the stack; returns as add_data. */
static int add_part (lua_State *L, struct form *f)
{
  int i = lua_gettop(L);
  struct form_label label;
  luaL_checktype(L, i, LUA_TTABLE);
  label.name = check_string_field(L, i, "name");
  label.filename = opt_string_field(L, i, "filename", NULL);
  label.content_type = opt_string_field(L, i, "content_type", NULL);
  if (has_field(L, i, "path"))
    return add_path(L, i, f, &label);
  if (has_field(L, i, "file"))
    return add_file(L, i, f, &label);
  return add_data(L, i, f, &label);
}


/*
** core.form{ { name =, filename =, content_type =,
**   data = bytes | path =, [offset =, size =] | file = open file }, ... }
** -> form, or nil and why not, mostly for a file; then true when the program
** is wrong, not the machine. Bytes are copied, and files are held open from
** where they are.
*/
static int function_form (lua_State *L)
{
  struct form_object *o;
  int n, count, failed = 0;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  o = new_object(L, sizeof(*o), form_type);
  o->form = form_create();
  if (o->form == NULL) {
    lua_pushnil(L);
    lua_pushliteral(L, "out of memory");
    return 2;
  }
  count = (int)lua_rawlen(L, 1);
  for (n = 1; n <= count && !failed; n++) {
    lua_settop(L, 2);
    lua_rawgeti(L, 1, n);
    failed = add_part(L, o->form);
  }
  if (failed) {
    form_release(o->form);
    o->form = NULL;
    return failed;
  }
  lua_settop(L, 2);
  return 1;
}

/* }====================================================== */


static const struct function functions[] = {
  { "form", function_form }
};

static const struct function methods[] = {
  { "changed", method_changed },
  { "close", method_close }
};

static const struct function metamethods[] = {
  { "__gc", method_close },
  { "__close", method_close }
};


void open_form (lua_State *L)
{
  add_functions(L, functions);
  new_type(L, FORM_TYPE, methods, metamethods);
}
