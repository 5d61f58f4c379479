'use strict';
// HPACK (RFC 7541): reads the header blocks of a client, dynamic table and Huffman code included;
// writes literals alone. It knows header fields as pairs, and nothing of frames.

const STATIC = [
  ':authority', ':method=GET', ':method=POST', ':path=/', ':path=/index.html', ':scheme=http',
  ':scheme=https', ':status=200', ':status=204', ':status=206', ':status=304', ':status=400',
  ':status=404', ':status=500', 'accept-charset', 'accept-encoding=gzip, deflate',
  'accept-language', 'accept-ranges', 'accept', 'access-control-allow-origin', 'age', 'allow',
  'authorization', 'cache-control', 'content-disposition', 'content-encoding', 'content-language',
  'content-length', 'content-location', 'content-range', 'content-type', 'cookie', 'date', 'etag',
  'expect', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range',
  'if-unmodified-since', 'last-modified', 'link', 'location', 'max-forwards',
  'proxy-authenticate', 'proxy-authorization', 'range', 'referer', 'refresh', 'retry-after',
  'server', 'set-cookie', 'strict-transport-security', 'transfer-encoding', 'user-agent', 'vary',
  'via', 'www-authenticate',
].map((field) => {
  const at = field.indexOf('=');
  return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
});
const TABLE_BYTES = 4096;
const FIELD_OVERHEAD = 32;

// The length in bits of each symbol's code, from 0 to 256 (the end). The code is canonical: by
// length, then by symbol, so that the lengths say it all.
const LENGTHS = `13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28
28 28 28 6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10 13 6 7 7 7 7 7 7
7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6 15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7
7 7 7 15 11 14 13 28 20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22
23 22 23 23 24 22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23
22 22 23 26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27
27 20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
30`.split(/\s+/).map(Number);

function codeBook() {
  const book = new Map();
  const symbols = LENGTHS.map((_, symbol) => symbol);
  symbols.sort((a, b) => LENGTHS[a] - LENGTHS[b] || a - b);
  let code = 0;
  let length = 0;
  for (const symbol of symbols) {
    code *= 2 ** (LENGTHS[symbol] - length);
    length = LENGTHS[symbol];
    book.set(length * 2 ** 32 + code, symbol);
    code += 1;
  }
  return book;
}

const BOOK = codeBook();

function unpack(bytes) {
  const text = [];
  let code = 0;
  let length = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    code = code * 2 + ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1);
    length += 1;
    const symbol = BOOK.get(length * 2 ** 32 + code);
    if (symbol !== undefined) {
      text.push(symbol);
      code = 0;
      length = 0;
    }
  }
  return Buffer.from(text).toString('latin1'); // what is left over is padding
}

function readNumber(cursor, bits) {
  const most = 2 ** bits - 1;
  let value = cursor.bytes[cursor.at] & most;
  cursor.at += 1;
  if (value < most) return value;
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at];
    cursor.at += 1;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
}

function readText(cursor) {
  const packed = cursor.bytes[cursor.at] & 128;
  const length = readNumber(cursor, 7);
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length);
  cursor.at += length;
  return packed ? unpack(bytes) : bytes.toString('latin1');
}

const sizeOf = ([name, value]) => name.length + value.length + FIELD_OVERHEAD;

class Decoder {
  constructor() {
    this.fields = []; // the newest first
    this.most = TABLE_BYTES;
  }

  evict() {
    let size = 0;
    this.fields = this.fields.filter((field) => {
      size += sizeOf(field);
      return size <= this.most;
    });
  }

  field(index) {
    return index <= STATIC.length ? STATIC[index - 1] : this.fields[index - STATIC.length - 1];
  }

  literal(cursor, bits) {
    const index = readNumber(cursor, bits);
    const name = index ? this.field(index)[0] : readText(cursor);
    return [name, readText(cursor)];
  }

  // One representation: a field, or null for a change of the table's size.
  next(cursor) {
    const byte = cursor.bytes[cursor.at];
    if (byte & 128) return this.field(readNumber(cursor, 7));
    if (byte & 64) {
      const field = this.literal(cursor, 6);
      this.fields.unshift(field);
      this.evict();
      return field;
    }
    if (!(byte & 32)) return this.literal(cursor, 4);
    this.most = readNumber(cursor, 5);
    this.evict();
    return null;
  }

  decode(bytes) {
    const cursor = { bytes, at: 0 };
    const pairs = [];
    while (cursor.at < bytes.length) {
      const field = this.next(cursor);
      if (field) pairs.push(field);
    }
    return pairs;
  }
}

function number(value, bits, first) {
  const most = 2 ** bits - 1;
  if (value < most) return [first | value];
  const bytes = [first | most];
  let left = value - most;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return [...bytes, left];
}

function text(value) {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([Buffer.from(number(bytes.length, 7, 0)), bytes]);
}

// Literals without indexing.
function encode(pairs) {
  return Buffer.concat(pairs.map(([name, value]) => (
    Buffer.concat([Buffer.from([0]), text(name), text(String(value))]))));
}

module.exports = { Decoder, encode };
