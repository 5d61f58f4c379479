'use strict';
// Vector stores with their files, which are ready at the second look. A search
// finds each file, by how many words of the question it has.

const files = require('./file_store');
const { requireFields, stored } = require('./errors');
const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');

const POLL_AFTER = { 'openai-poll-after-ms': '100' };
const stores = memory.map();
const storeFiles = memory.map();
const batches = memory.map();

const countsOf = (status, total) => ({
  in_progress: status === 'in_progress' ? total : 0,
  completed: status === 'completed' ? total : 0,
  failed: 0, cancelled: 0, total,
});

const get = (id) => stored(stores, id, 'vector store');

function createStore({ input }) {
  const id = newId('vs_');
  const store = {
    id, object: 'vector_store', created_at: now(), name: input.name || null, status: 'completed', usage_bytes: 0,
    file_counts: countsOf('completed', 0),
  };
  stores.set(id, store);
  (input.file_ids || []).forEach((file) => keep(id, file));
  return { json: store };
}

function keep(id, fileId, attributes) {
  const file = {
    id: fileId, object: 'vector_store.file', created_at: now(), vector_store_id: id, status: 'in_progress',
    attributes: attributes || {}, last_error: null, usage_bytes: 0,
  };
  storeFiles.set(file.id, file);
  return file;
}

function addFile({ input }, id) {
  get(id);
  requireFields(input, 'file_id');
  return { json: { ...keep(id, input.file_id, input.attributes) } };
}

function addBatch({ input }, id) {
  get(id);
  requireFields(input, 'file_ids');
  input.file_ids.forEach((file) => keep(id, file, input.attributes));
  const batch = {
    id: newId('vsfb_'), object: 'vector_store.files_batch', created_at: now(), vector_store_id: id,
    status: 'in_progress', file_counts: countsOf('in_progress', input.file_ids.length),
  };
  batches.set(batch.id, batch);
  return { json: { ...batch } };
}

function finished(object) {
  const json = { ...object };
  object.status = 'completed';
  if (object.file_counts) object.file_counts = countsOf('completed', object.file_counts.total);
  return { headers: POLL_AFTER, json };
}

const filesOf = (id) => [...storeFiles.values()].filter((file) => file.vector_store_id === id);
const wordsOf = (text) => text.toLowerCase().match(/\w+/g) || [];

function resultFor({ id, attributes }, query) {
  const { object, bytes } = files.get(id);
  const text = bytes.toString();
  const asked = wordsOf(query);
  const known = new Set(wordsOf(text));
  const score = asked.filter((word) => known.has(word)).length / (asked.length || 1);
  return { file_id: id, filename: object.filename, score, attributes, content: [{ type: 'text', text }] };
}

function search({ input }, id) {
  get(id);
  requireFields(input, 'query');
  const query = [].concat(input.query).join(' ');
  const found = filesOf(id).map((file) => resultFor(file, query)).sort((a, b) => b.score - a.score);
  const data = found.slice(0, input.max_num_results || 10);
  return {
    json: { object: 'vector_store.search_results.page', search_query: [query], data, has_more: false, next_page: null },
  };
}

function remove(call, id) {
  get(id);
  stores.delete(id);
  return { json: { id, object: 'vector_store.deleted', deleted: true } };
}

module.exports = {
  'POST /vector_stores': createStore,
  'GET /vector_stores': ({ query }) => page([...stores.values()], query),
  'GET /vector_stores/{id}': (call, id) => ({ json: get(id) }),
  'DELETE /vector_stores/{id}': remove,
  'POST /vector_stores/{id}/search': search,
  'POST /vector_stores/{id}/files': addFile,
  'GET /vector_stores/{id}/files': ({ query }, id) => page(filesOf(id), query),
  'GET /vector_stores/{id}/files/{file}': (call, id, file) => finished(stored(storeFiles, file, 'file')),
  'POST /vector_stores/{id}/file_batches': addBatch,
  'GET /vector_stores/{id}/file_batches/{batch}': (call, id, batch) => finished(stored(batches, batch, 'batch')),
};
