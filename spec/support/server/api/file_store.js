'use strict';
// The files that the built-in API has, uploaded or made by itself.

const { newId, now } = require('./identity');
const memory = require('./memory');
const { stored } = require('./errors');

const kept = memory.map();

function add({ filename, purpose, bytes, seconds }) {
  const object = {
    id: newId('file-'),
    object: 'file',
    bytes: bytes.length,
    created_at: now(),
    expires_at: seconds ? now() + seconds : null,
    filename,
    purpose,
    status: 'processed',
    status_details: null,
  };
  kept.set(object.id, { object, bytes });
  return object;
}

const get = (id) => stored(kept, id, 'File object');
const all = () => [...kept.values()].map((entry) => entry.object);

function remove(id) {
  get(id);
  kept.delete(id);
}

module.exports = { add, get, all, remove };
