'use strict';
// Files: upload, list, retrieve, delete, and the content byte for byte.

const { newId, now } = require('./identity');
const { page } = require('./page');
const { ApiError, invalid, requireFields } = require('./errors');
const multipart = require('./multipart');

const LIST_LIMIT = 10000;
const kept = new Map();

function fieldsOf(parts) {
  return Object.fromEntries(parts.map((part) => (
    [part.name, part.filename === null ? part.bytes.toString() : part]
  )));
}

function describe(file, fields) {
  const seconds = Number(fields['expires_after[seconds]']);
  return {
    id: newId('file-'),
    object: 'file',
    bytes: file.bytes.length,
    created_at: now(),
    expires_at: seconds ? now() + seconds : null,
    filename: file.filename,
    purpose: fields.purpose,
    status: 'processed',
    status_details: null,
  };
}

function create({ bytes, type }) {
  if (!/^multipart\/form-data/i.test(type)) throw invalid('A file is sent as multipart/form-data.');
  const fields = fieldsOf(multipart.parse(bytes, type));
  requireFields(fields, 'file', 'purpose');
  if (typeof fields.file === 'string') throw invalid("'file' has no filename.", 'file');
  const object = describe(fields.file, fields);
  kept.set(object.id, { object, bytes: fields.file.bytes });
  return { json: object };
}

function get(id) {
  if (kept.has(id)) return kept.get(id);
  throw new ApiError(404, `No such File object: ${id}`, { param: 'id' });
}

function list({ query }) {
  const purpose = query.get('purpose');
  const all = [...kept.values()].map((entry) => entry.object);
  const found = all.filter((file) => !purpose || file.purpose === purpose);
  return page(found, query, { limit: LIST_LIMIT });
}

function remove(call, id) {
  get(id);
  kept.delete(id);
  return { json: { id, object: 'file', deleted: true } };
}

function content(call, id) {
  return { headers: { 'content-type': 'application/octet-stream' }, body: get(id).bytes };
}

module.exports = {
  'POST /files': create,
  'GET /files': list,
  'GET /files/{id}': (call, id) => ({ json: get(id).object }),
  'DELETE /files/{id}': remove,
  'GET /files/{id}/content': content,
};
