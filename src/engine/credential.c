/*
** A secret, wiped when freed.
*/
#include "credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "wipe.h"

#define FILE_MOST ((size_t)64 * 1024)
#define HEAD 3              /* what credential_show lets through */
#define TAIL 4
#define SHORTEST_SHOWN 16


void secret_line_retain (struct secret_line *line)
{
  __atomic_add_fetch(&line->references, 1, __ATOMIC_RELAXED);
}


void secret_line_release (struct secret_line *line)
{
  if (__atomic_sub_fetch(&line->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  wipe(line->text, strlen(line->text));
  free(line);
}


/* One reference, for the caller; NULL when there is no memory. */
static struct secret_line *make_line (const char *prefix, const char *secret,
                                      size_t length)
{
  size_t before = strlen(prefix);
  struct secret_line *line = malloc(sizeof(*line) + before + length + 1);
  if (line) {
    line->references = 1;
    memcpy(line->text, prefix, before);
    memcpy(line->text + before, secret, length);
    line->text[before + length] = '\0';
  }
  return line;
}


static bool is_forbidden (unsigned char byte)
{
  return byte < 0x20 || byte == 0x7F;
}


static bool has_forbidden (const char *secret, size_t length)
{
  size_t i;
  for (i = 0; i < length; i++) {
    if (is_forbidden((unsigned char)secret[i]))
      return true;
  }
  return false;
}


enum credential_result credential_set (struct credential *c,
                                       const char *prefix,
                                       const char *secret, size_t length)
{
  while (length > 0 && ascii_is_space(secret[length - 1]))
    length--;
  while (length > 0 && ascii_is_space(*secret)) {
    secret++;
    length--;
  }
  if (length == 0)
    return CREDENTIAL_EMPTY;
  if (has_forbidden(secret, length))
    return CREDENTIAL_FORBIDDEN;
  c->line = make_line(prefix, secret, length);
  if (c->line == NULL)
    return CREDENTIAL_NO_MEMORY;
  c->secret = c->line->text + strlen(prefix);
  c->length = length;
  return CREDENTIAL_OK;
}


enum credential_result credential_read (struct credential *c,
                                        const char *prefix,
                                        const char *path)
{
  enum credential_result result = CREDENTIAL_UNREADABLE;
  char *content;
  size_t length;
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return CREDENTIAL_UNREADABLE;
  setvbuf(file, NULL, _IONBF, 0);   /* no second copy in stdio's buffer */
  content = malloc(FILE_MOST);
  if (content == NULL) {
    fclose(file);
    return CREDENTIAL_NO_MEMORY;
  }
  length = fread(content, 1, FILE_MOST, file);
  if (!ferror(file))
    result = credential_set(c, prefix, content, length);
  fclose(file);
  wipe(content, length);
  free(content);
  return result;
}


void credential_show (const struct credential *c,
                      char shown[CREDENTIAL_SHOWN])
{
  if (c->secret == NULL)
    snprintf(shown, CREDENTIAL_SHOWN, "(closed)");
  else if (c->length < SHORTEST_SHOWN)
    snprintf(shown, CREDENTIAL_SHOWN, "...");
  else
    snprintf(shown, CREDENTIAL_SHOWN, "%.*s...%s", HEAD, c->secret,
             c->secret + c->length - TAIL);
}


void credential_close (struct credential *c)
{
  if (c->line)
    secret_line_release(c->line);
  c->line = NULL;
  c->secret = NULL;
  c->length = 0;
}
