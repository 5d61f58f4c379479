'use strict';
// Files: upload, list, retrieve, delete, and the content byte for byte.

const store = require('./file_store');
const { page } = require('./page');
const { invalid, requireFields } = require('./errors');
const multipart = require('./multipart');

const LIST_LIMIT = 10000;

function create({ bytes, type }) {
  const fields = multipart.fields(bytes, type);
  requireFields(fields, 'file', 'purpose');
  if (typeof fields.file === 'string') throw invalid("'file' has no filename.", 'file');
  const object = store.add({
    filename: fields.file.filename,
    purpose: fields.purpose,
    bytes: fields.file.bytes,
    seconds: Number(fields['expires_after[seconds]']),
  });
  return { json: object };
}

function list({ query }) {
  const purpose = query.get('purpose');
  const found = store.all().filter((file) => !purpose || file.purpose === purpose);
  return page(found, query, { limit: LIST_LIMIT });
}

function remove(call, id) {
  store.remove(id);
  return { json: { id, object: 'file', deleted: true } };
}

function content(call, id) {
  return {
    headers: { 'content-type': 'application/octet-stream' }, body: store.get(id).bytes,
  };
}

module.exports = {
  'POST /files': create,
  'GET /files': list,
  'GET /files/{id}': (call, id) => ({ json: store.get(id).object }),
  'DELETE /files/{id}': remove,
  'GET /files/{id}/content': content,
};
