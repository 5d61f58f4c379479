'use strict';
// The models of the stand-in: a few well-known names and one that may be deleted.

const { ApiError } = require('./errors');
const memory = require('./memory');

const MODELS = [
  ['gpt-4.1', 1744316542, 'system'],
  ['gpt-5-mini', 1754425928, 'system'],
  ['text-embedding-3-small', 1705948997, 'system'],
  ['ft:gpt-4.1-mini:local::lua', 1750000000, 'org-local'],
];

const models = memory.map(MODELS.map(([id, created, owner]) => (
  [id, { id, object: 'model', created, owned_by: owner }]
)));

function get(id) {
  if (models.has(id)) return models.get(id);
  throw new ApiError(404, `The model '${id}' does not exist.`, {
    param: 'model', code: 'model_not_found',
  });
}

function remove(call, id) {
  if (get(id).owned_by === 'system') {
    throw new ApiError(403, `You may not delete the model '${id}'.`, {});
  }
  models.delete(id);
  return { json: { id, object: 'model', deleted: true } };
}

module.exports = {
  'GET /models': () => ({ json: { object: 'list', data: [...models.values()] } }),
  'GET /models/{id}': (call, id) => ({ json: get(id) }),
  'DELETE /models/{id}': remove,
};
