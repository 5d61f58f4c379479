'use strict';
// Uploads: a file in parts. Of one whose name begins with "damaged" the second
// part that comes is damaged on its way.

const { createHash } = require('crypto');
const store = require('./file_store');
const { invalid, requireFields, stored } = require('./errors');
const { newId, now } = require('./identity');
const memory = require('./memory');
const multipart = require('./multipart');

const LIFETIME = 3600;
const uploads = memory.map();

function create({ input }) {
  requireFields(input, 'bytes', 'filename', 'mime_type', 'purpose');
  const object = {
    id: newId('upload_'), object: 'upload', bytes: input.bytes, created_at: now(), filename: input.filename,
    purpose: input.purpose, status: 'pending', expires_at: now() + LIFETIME, file: null,
  };
  uploads.set(object.id, { object, parts: new Map() });
  return { json: object };
}

function pending(id) {
  const upload = stored(uploads, id, 'upload');
  if (upload.object.status !== 'pending') throw invalid(`Upload ${id} is ${upload.object.status}.`);
  return upload;
}

function damaged(bytes) {
  const copy = Buffer.from(bytes);
  if (copy.length) copy[0] ^= 1;
  return copy;
}

function addPart({ bytes, type }, id) {
  const upload = pending(id);
  const data = multipart.parse(bytes, type).find((part) => part.name === 'data');
  if (!data) throw invalid("Missing required parameter: 'data'.", 'data');
  const part = { id: newId('part_'), object: 'upload.part', created_at: now(), upload_id: id };
  const isDamaged = /^damaged/.test(upload.object.filename) && upload.parts.size === 1;
  upload.parts.set(part.id, isDamaged ? damaged(data.bytes) : Buffer.from(data.bytes));
  return { json: part };
}

function complete({ input }, id) {
  const upload = pending(id);
  requireFields(input, 'part_ids');
  const content = Buffer.concat(input.part_ids.map((part) => stored(upload.parts, part, 'part')));
  if (content.length !== upload.object.bytes) throw invalid(`The parts are of ${content.length} bytes.`);
  if (input.md5 && createHash('md5').update(content).digest('hex') !== input.md5) {
    throw invalid('The md5 checksum of the parts does not match.', 'md5');
  }
  const { filename, purpose } = upload.object;
  upload.object.status = 'completed';
  upload.object.file = store.add({ filename, purpose, bytes: content });
  return { json: upload.object };
}

function cancel(call, id) {
  const upload = pending(id);
  upload.object.status = 'cancelled';
  upload.parts.clear();
  return { json: upload.object };
}

module.exports = {
  'POST /uploads': create,
  'POST /uploads/{id}/parts': addPart,
  'POST /uploads/{id}/complete': complete,
  'POST /uploads/{id}/cancel': cancel,
};
