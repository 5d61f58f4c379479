'use strict';
// Parses a multipart/form-data body into its parts: name, filename, type, bytes.
// Works on bytes throughout: a part may hold anything, even something like a boundary.

const { invalid } = require('./errors');

const CRLF = Buffer.from('\r\n');
const HEADER_END = Buffer.from('\r\n\r\n');

function boundaryOf(type) {
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  if (!match) throw invalid('The multipart body has no boundary.');
  return Buffer.from(`\r\n--${match[1] || match[2]}`);
}

function headersOf(text) {
  const headers = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

// Browsers and libcurl escape a quote in a name as %22 or with a backslash.
function parameter(header, name) {
  const match = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(header);
  return match ? match[1].replace(/\\(.)/g, '$1').replace(/%22/g, '"') : null;
}

function partOf(bytes) {
  const end = bytes.indexOf(HEADER_END);
  if (end < 0) throw invalid('A part of the multipart body has no header.');
  const headers = headersOf(bytes.toString('utf8', 0, end));
  const disposition = headers['content-disposition'] || '';
  return {
    name: parameter(disposition, 'name'),
    filename: parameter(disposition, 'filename'),
    type: headers['content-type'] || 'text/plain',
    bytes: bytes.subarray(end + HEADER_END.length),
  };
}

function parse(body, type) {
  const boundary = boundaryOf(type);
  const text = Buffer.concat([CRLF, body]);
  const parts = [];
  let start = text.indexOf(boundary);
  while (start >= 0) {
    const from = start + boundary.length;
    if (text.toString('latin1', from, from + 2) === '--') return parts;
    const end = text.indexOf(boundary, from);
    // From the end of the boundary's line; its CRLF is not a part's byte.
    if (end >= 0) parts.push(partOf(text.subarray(text.indexOf(CRLF, from) + 2, end)));
    start = end;
  }
  throw invalid('The multipart body has no closing boundary.');
}

// The fields of a form: texts, and of files their parts; those called `name[]` are lists.
function fields(body, type) {
  if (!/^multipart\/form-data/i.test(type)) throw invalid('A file is sent as multipart/form-data.');
  const found = {};
  for (const part of parse(body, type)) {
    const value = part.filename === null ? part.bytes.toString() : part;
    const name = part.name.replace(/\[\]$/, '');
    found[name] = name === part.name ? value : [...(found[name] || []), value];
  }
  return found;
}

module.exports = { parse, fields };
