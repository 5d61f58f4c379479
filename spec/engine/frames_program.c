/*
** Framing by itself (src/engine/frames.c), for frames_spec.lua, and for as long
** as one likes:
**   frames_program read CEILING < lines of hex   what each stream comes to,
**     however it is cut: once, in any two pieces, byte by byte
**   frames_program put                           frames of many lengths
**   frames_program linear BYTES PIECE            a message in pieces: seconds
**   frames_program random COUNT SEED             random streams, whole, cut and
**     as another reader understands them; says where one differs
** For the last under the checkers of memory, ten million of them in two minutes:
**   cc -g -O1 -D_GNU_SOURCE -fsanitize=address,undefined -o build/frames \
**     spec/engine/frames_program.c src/engine/{frames,buffer,utf8}.c
*/
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/engine/frames.h"

/* What a stream has come to, as text. */
struct said {
  char text[4096];
  size_t length;
};


static void say (struct said *s, const char *text)
{
  size_t room = sizeof(s->text) - 1 - s->length, length = strlen(text);
  if (length > room)
    length = room;
  memcpy(s->text + s->length, text, length);
  s->length += length;
  s->text[s->length] = '\0';
}


static void say_message (struct said *s, int kind, int code,
                         const char *bytes, size_t length)
{
  char text[80];
  unsigned sum = 5381;
  size_t i;
  for (i = 0; i < length; i++)
    sum = sum * 33 + (unsigned char)bytes[i];
  snprintf(text, sizeof(text), "%s%d", s->length ? " " : "", kind);
  say(s, text);
  if (kind == FRAMES_CLOSE) {
    snprintf(text, sizeof(text), ",%d", code);
    say(s, text);
  }
  if (length > 16)
    snprintf(text, sizeof(text), ":%zu/%08x", length, sum);
  else {
    snprintf(text, sizeof(text), ":");
    for (i = 0; i < length; i++)
      snprintf(text + 1 + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
  }
  say(s, text);
}


static void say_broken (struct said *s, int code)
{
  char text[32];
  snprintf(text, sizeof(text), "%s!%d", s->length ? " " : "", code);
  say(s, text);
}


/* What has come and was not taken, as an exchange has it. */
struct reader {
  struct frames frames;
  struct buffer kept;
  struct said *said;
};


/* Gives some more, in memory of just that size. False: it is over. */
static bool feed (struct reader *r, const char *bytes, size_t length)
{
  struct frames_message m;
  size_t used;
  bool found;
  buffer_append(&r->kept, bytes, length);
  do {
    size_t left = buffer_length(&r->kept);
    char *exact = malloc(left + (left == 0));
    if (left > 0)
      memcpy(exact, buffer_bytes(&r->kept), left);
    found = frames_next(&r->frames, exact, left, &used, &m);
    if (found)
      say_message(r->said, m.kind, m.code, m.bytes, m.length);
    free(exact);
    if (used > left)
      abort();
    buffer_consume(&r->kept, used);
  } while (found && m.kind != FRAMES_CLOSE);
  if (r->frames.code)
    say_broken(r->said, r->frames.code);
  return !found && r->frames.code == 0;
}


static void begin (struct reader *r, struct said *s, size_t ceiling)
{
  memset(r, 0, sizeof(*r));
  r->frames.message.ceiling = ceiling;
  buffer_init(&r->kept, (size_t)1 << 30);
  s->length = 0;
  s->text[0] = '\0';
  r->said = s;
}


static void end (struct reader *r)
{
  buffer_free(&r->frames.message);
  buffer_free(&r->kept);
}


/* Reads a stream in pieces that end at `first` and then every `step` bytes. */
static void read_cut (struct said *s, const char *bytes, size_t length,
                      size_t ceiling, size_t first, size_t step)
{
  struct reader r;
  size_t at = 0, piece = first < length ? first : length;
  bool goes_on = true;
  begin(&r, s, ceiling);
  while (goes_on) {
    goes_on = feed(&r, bytes + at, piece) && at + piece < length;
    at += piece;
    piece = step < length - at ? step : length - at;
  }
  end(&r);
}


/*
** {======================================================
** Another reader, of whole streams
** =======================================================
*/

static bool is_utf8 (const unsigned char *p, size_t n)
{
  static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
  size_t i = 0;
  while (i < n) {
    unsigned c = p[i++];
    int more = c < 0x80 ? 0 : (c & 0xE0) == 0xC0 ? 1 : (c & 0xF0) == 0xE0 ? 2
             : (c & 0xF8) == 0xF0 ? 3 : -1, k;
    uint32_t value = more <= 0 ? c : c & (0x3Fu >> more);
    if (more < 0 || n - i < (size_t)more)
      return false;
    for (k = 0; k < more; k++, i++) {
      if ((p[i] & 0xC0) != 0x80)
        return false;
      value = value << 6 | (p[i] & 0x3F);
    }
    if (value < least[more] || value > 0x10FFFF
        || (value >= 0xD800 && value < 0xE000))
      return false;
  }
  return true;
}


static bool may_be_sent (int code)
{
  static const int good[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                              1011, 1012, 1013, 1014, 0 };
  int i;
  for (i = 0; good[i]; i++)
    if (good[i] == code)
      return true;
  return code >= 3000 && code < 5000;
}


/* Reads one frame of the standard, section 5.2. Returns its length; 0: it is not
** all there; -1: *code says what is wrong. */
static long read_plainly (struct said *s, const unsigned char *p, size_t n,
                          size_t ceiling, char *kept, size_t *kept_length,
                          int *kept_kind, int *code)
{
  int fin, kind;
  uint64_t length;
  size_t head = 2, i;
  *code = 1002;
  if (n < 2)
    return 0;
  fin = p[0] >> 7;
  kind = p[0] & 15;
  length = p[1];
  if ((p[0] >> 4 & 7) != 0 || p[1] >= 128
      || !(kind <= 2 || (kind >= 8 && kind <= 10)))
    return -1;
  if (kind >= 8 && (!fin || length > 125))
    return -1;
  if (kind < 8 && (kind == 0) != (*kept_kind != 0))
    return -1;
  if (length > 125) {
    head = length == 126 ? 4 : 10;
    if (n < head)
      return 0;
    for (length = 0, i = 2; i < head; i++)
      length = length * 256 + p[i];
    if (length <= (head == 4 ? 125u : 65535u) || p[2] >> 7 & (head == 10))
      return -1;
  }
  if (kind < 8 && length > ceiling - *kept_length)
    return *code = 1009, -1;
  if (length > n - head)
    return 0;
  p += head;
  if (kind >= 8) {
    int of_close = length > 1 ? p[0] * 256 + p[1] : 1005;
    size_t before = kind == 8 && length > 0 ? 2 : 0;
    if (before && (length == 1 || !may_be_sent(of_close)))
      return -1;
    if (kind == 8 && !is_utf8(p + before, (size_t)length - before))
      return *code = 1007, -1;
    say_message(s, kind, of_close, (const char *)p + before,
                (size_t)length - before);
    *code = kind == 8;
    return (long)(head + length);
  }
  memcpy(kept + *kept_length, p, (size_t)length);
  *kept_length += (size_t)length;
  if (kind)
    *kept_kind = kind;
  *code = 0;
  if (fin) {
    if (*kept_kind == 1 && !is_utf8((unsigned char *)kept, *kept_length))
      return *code = 1007, -1;
    say_message(s, *kept_kind, 0, kept, *kept_length);
    *kept_length = 0;
    *kept_kind = 0;
  }
  return (long)(head + length);
}


static void read_otherwise (struct said *s, const char *bytes, size_t length,
                            size_t ceiling)
{
  char *kept = malloc(length + 1);
  size_t kept_length = 0, at = 0;
  int kept_kind = 0, code = 0;
  long n = 1;
  s->length = 0;
  s->text[0] = '\0';
  while (n > 0 && code == 0) {
    n = read_plainly(s, (const unsigned char *)bytes + at, length - at,
                     ceiling, kept, &kept_length, &kept_kind, &code);
    at += n > 0 ? (size_t)n : 0;
  }
  if (n < 0)
    say_broken(s, code);
  free(kept);
}

/* }====================================================== */


static int differs (const char *how, const struct said *a,
                    const struct said *b, const char *bytes, size_t length)
{
  size_t i;
  if (strcmp(a->text, b->text) == 0)
    return 0;
  printf("differs %s: %s | %s in ", how, a->text, b->text);
  for (i = 0; i < length; i++)
    printf("%02x", (unsigned char)bytes[i]);
  printf("\n");
  return 1;
}


/* Whether all ways of reading come to what this one did. */
static int compare_all (struct said *whole, const char *bytes, size_t length,
                        size_t ceiling)
{
  struct said other;
  size_t cut;
  int wrong = 0;
  read_cut(whole, bytes, length, ceiling, length, length);
  for (cut = 0; cut <= length && !wrong; cut++) {
    read_cut(&other, bytes, length, ceiling, cut, length);
    wrong = differs("in two", whole, &other, bytes, length);
  }
  read_cut(&other, bytes, length, ceiling, 1, 1);
  wrong |= differs("byte by byte", whole, &other, bytes, length);
  read_otherwise(&other, bytes, length, ceiling);
  return wrong | differs("otherwise", whole, &other, bytes, length);
}


static int read_lines (size_t ceiling)
{
  static char line[1 << 20], bytes[1 << 19];
  int wrong = 0;
  while (fgets(line, sizeof(line), stdin)) {
    struct said whole;
    size_t length = 0;
    unsigned byte;
    while (sscanf(line + 2 * length, "%2x", &byte) == 1)
      bytes[length++] = (char)byte;
    if (compare_all(&whole, bytes, length, ceiling))
      wrong = 1;
    else
      printf("%s\n", whole.text);
  }
  return wrong;
}


/* What a server reads of a frame: unmasked, or why not. */
static const char *find_wrong (struct buffer *b, int kind, int code,
                               const char *content, size_t length)
{
  const unsigned char *p = (const unsigned char *)buffer_bytes(b);
  size_t coded = kind == FRAMES_CLOSE && code != FRAMES_NO_CODE ? 2 : 0;
  size_t all = length + coded, head = all < 126 ? 2 : all < 65536 ? 4 : 10, i;
  uint64_t said = 0;
  const unsigned char *mask = p + head, *masked = mask + 4;
  if (buffer_length(b) != head + 4 + all || p[0] != (0x80 | kind))
    return "size or kind";
  if (p[1] != (0x80 | (head == 2 ? all : head == 4 ? 126 : 127)))
    return "short length";
  for (i = 2; i < head; i++)
    said = said << 8 | p[i];
  if (head > 2 && said != all)
    return "length";
  if (coded && ((masked[0] ^ mask[0]) << 8 | (masked[1] ^ mask[1])) != code)
    return "code";
  for (i = 0; i < length; i++)
    if ((masked[coded + i] ^ mask[(coded + i) & 3])
        != (unsigned char)content[i])
      return "content";
  return NULL;
}


static void draw_mask (unsigned char mask[4])
{
  static unsigned seed = 1;
  int i;
  for (i = 0; i < 4; i++)
    mask[i] = (unsigned char)((seed = seed * 1103515245u + 12345u) >> 16);
}


static int put_all (void)
{
  static const size_t lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 123,
    124, 125, 126, 127, 128, 65533, 65534, 65535, 65536, 65537, 1000000 };
  static const int kinds[] = { 1, 2, 8, 9, 10 };
  static char content[1000000];
  size_t i, k;
  for (i = 0; i < sizeof(content); i++)
    content[i] = (char)(i * 7 + i / 251);
  for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
    for (k = 0; k < 5; k++) {
      struct buffer b;
      const char *wrong;
      unsigned char mask[4];
      int code = k == 2 && i % 2 ? 1000 : FRAMES_NO_CODE;
      if (kinds[k] >= FRAMES_CLOSE && lengths[i] > FRAMES_CONTROL_MOST - 2)
        continue;
      buffer_init(&b, (size_t)1 << 30);
      draw_mask(mask);
      frames_put(&b, (enum frames_kind)kinds[k], code, content, lengths[i],
                 mask);
      wrong = find_wrong(&b, kinds[k], code, content, lengths[i]);
      buffer_free(&b);
      if (wrong) {
        printf("%s is wrong for %zu bytes of kind %d\n", wrong, lengths[i],
               kinds[k]);
        return 1;
      }
    }
  printf("good\n");
  return 0;
}


/* Reads a message of `total` bytes in frames of `piece` bytes each, as they
** come: 16 KiB at a time. */
static int read_linearly (size_t total, size_t piece)
{
  struct reader r;
  struct said s;
  char *frame = calloc(1, piece + 10), *input;
  size_t at, count = (total + piece - 1) / piece, size = piece + 2, i;
  clock_t start;
  begin(&r, &s, (size_t)1 << 30);
  if (piece > 125)
    return 1;
  frame[1] = (char)piece;
  input = malloc(count * size);
  for (i = 0; i < count; i++) {
    frame[0] = (char)((i == 0 ? 2 : 0) | (i == count - 1 ? 0x80 : 0));
    memcpy(input + i * size, frame, size);
  }
  start = clock();
  for (at = 0; at < count * size; at += 16384)
    feed(&r, input + at, count * size - at < 16384 ? count * size - at
                                                   : 16384);
  printf("%.3f %s\n", (double)(clock() - start) / CLOCKS_PER_SEC, s.text);
  free(input);
  free(frame);
  end(&r);
  return 0;
}


/*
** {======================================================
** Random streams
** =======================================================
*/

static uint64_t state;

static uint32_t draw (uint32_t below)
{
  state = state * UINT64_C(6364136223846793005)
        + UINT64_C(1442695040888963407);
  return (uint32_t)((state >> 33) % below);
}


/* Some text, mostly UTF-8. */
static size_t draw_text (char *to, size_t length)
{
  static const char *const some[] = { "a", "z", "\xC3\xA4", "\xE2\x82\xAC",
    "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF", "\x7F" };
  size_t n = 0;
  while (n + 4 <= length) {
    const char *text = some[draw(8)];
    memcpy(to + n, text, strlen(text));
    n += strlen(text);
  }
  if (n > 0 && draw(20) == 0)
    to[draw((uint32_t)n)] = (char)draw(256);
  return n;
}


static size_t draw_content (char *to)
{
  static const uint32_t lengths[] = { 0, 1, 2, 3, 8, 20, 40, 125, 126, 130 };
  size_t length = lengths[draw(10)], i;
  if (draw(2))
    return draw_text(to, length);
  for (i = 0; i < length; i++)
    to[i] = (char)draw(256);
  return length;
}


/* A frame, mostly a good one where it stands. */
static size_t draw_frame (char *to, int *open)
{
  static const int controls[] = { 9, 10, 9, 10, 9, 10, 8 };
  char content[160];
  size_t length = draw_content(content), at = 2;
  int control = draw(4) == 0, fin = control || draw(2) == 0;
  int kind = control ? controls[draw(7)] : *open ? 0 : 1 + (int)draw(2);
  if (control && length > 125)
    length = 125;
  if (kind == 8 && length >= 2 && draw(4)) {
    int code = draw(2) ? 1000 + (int)draw(20) : 2990 + (int)draw(2020);
    content[0] = (char)(code >> 8);
    content[1] = (char)code;
  }
  if (!control)
    *open = !fin;
  to[0] = (char)((fin ? 0x80 : 0) | kind);
  if (length < 126 && draw(60))
    to[1] = (char)length;
  else if (draw(20)) {
    to[1] = 126;
    to[2] = (char)(length >> 8);
    to[3] = (char)length;
    at = 4;
  }
  else {
    to[1] = 127;
    memset(to + 2, 0, 8);
    to[2 + draw(2)] = (char)(draw(3) ? 0 : draw(256));
    to[8] = (char)(length >> 8);
    to[9] = (char)length;
    at = 10;
  }
  if (draw(40) == 0)
    to[draw(2)] ^= (char)(1 << draw(8));
  memcpy(to + at, content, length);
  return at + length;
}


static int read_random (unsigned long count, unsigned long seed)
{
  unsigned long i, broken = 0, closed = 0, messages = 0;
  char bytes[4096];
  state = seed;
  for (i = 0; i < count; i++) {
    struct said whole, other;
    size_t length = 0, ceiling = draw(8) ? 100000 : draw(300);
    int frames = 1 + (int)draw(8), open = 0;
    const char *at;
    while (frames-- > 0)
      length += draw_frame(bytes + length, &open);
    if (draw(4) == 0)
      length = draw((uint32_t)length + 1);
    read_cut(&whole, bytes, length, ceiling, length, length);
    read_otherwise(&other, bytes, length, ceiling);
    if (differs("otherwise", &whole, &other, bytes, length))
      return 1;
    read_cut(&other, bytes, length, ceiling, draw((uint32_t)length + 1),
             1 + draw(40));
    if (differs("cut", &whole, &other, bytes, length))
      return 1;
    broken += strchr(whole.text, '!') != NULL;
    closed += strstr(whole.text, "8,") != NULL;
    for (at = whole.text; (at = strchr(at, ':')) != NULL; at++)
      messages++;
  }
  printf("%lu streams: %lu broken, %lu closed, %lu messages\n", count, broken,
         closed, messages);
  return 0;
}

/* }====================================================== */


int main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";
  unsigned long a = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
  unsigned long b = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
  if (strcmp(what, "read") == 0)
    return read_lines(a);
  if (strcmp(what, "put") == 0)
    return put_all();
  if (strcmp(what, "linear") == 0)
    return read_linearly(a, b);
  return read_random(a, b);
}
