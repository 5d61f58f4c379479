/*
** A secret, wiped when freed. memset alone may be optimized away before
** free, hence the volatile loop in `wipe`.
*/
#include "credential.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MOST ((size_t)64 * 1024)
#define HEAD 3              /* what credential_show lets through */
#define TAIL 4
#define SHORTEST_SHOWN 16


static void wipe (void *memory, size_t length)
{
  volatile unsigned char *byte = memory;
  while (length-- > 0)
    *byte++ = 0;
}


void secret_free (char *text)
{
  if (text == NULL)
    return;
  wipe(text, strlen(text));
  free(text);
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
                                       const char *secret, size_t length)
{
  while (length > 0 && isspace((unsigned char)secret[length - 1]))
    length--;
  while (length > 0 && isspace((unsigned char)*secret)) {
    secret++;
    length--;
  }
  if (length == 0)
    return CREDENTIAL_EMPTY;
  if (has_forbidden(secret, length))
    return CREDENTIAL_FORBIDDEN;
  c->secret = malloc(length + 1);
  if (c->secret == NULL)
    return CREDENTIAL_NO_MEMORY;
  memcpy(c->secret, secret, length);
  c->secret[length] = '\0';
  c->length = length;
  return CREDENTIAL_OK;
}


enum credential_result credential_read (struct credential *c,
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
    result = credential_set(c, content, length);
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


char *credential_header (const struct credential *c, const char *prefix)
{
  size_t before = strlen(prefix);
  char *header = malloc(before + c->length + 1);
  if (header) {
    memcpy(header, prefix, before);
    memcpy(header + before, c->secret, c->length);
    header[before + c->length] = '\0';
  }
  return header;
}


void credential_close (struct credential *c)
{
  if (c->secret) {
    wipe(c->secret, c->length);
    free(c->secret);
  }
  c->secret = NULL;
  c->length = 0;
}
