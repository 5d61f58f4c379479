'use strict';
// Endpoints of webhooks. Nothing is sent to them; a test says that it was.

const { randomBytes } = require('crypto');
const { newId, now } = require('./identity');
const { page } = require('./page');
const { requireFields, stored } = require('./errors');

const kept = new Map();

const get = (id) => stored(kept, id, 'Webhook endpoint object');
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

function create({ input }) {
  requireFields(input, 'name', 'url', 'event_types');
  const endpoint = {
    id: newId('we_'),
    object: 'webhook_endpoint',
    name: input.name,
    url: input.url,
    event_types: input.event_types,
    created_at: now(),
  };
  kept.set(endpoint.id, endpoint);
  return { json: { ...endpoint, signing_secret: newSecret() } };
}

function test({ input }, id) {
  requireFields(input, 'event_type');
  get(id);
  return {
    json: {
      object: 'webhook_endpoint.test',
      webhook_endpoint_id: id,
      event_type: input.event_type,
      status_code: 200,
      success: true,
    },
  };
}

module.exports = {
  'POST /webhook_endpoints': create,
  'GET /webhook_endpoints': ({ query }) => page([...kept.values()], query),
  'GET /webhook_endpoints/{id}': (call, id) => ({ json: get(id) }),
  'POST /webhook_endpoints/{id}/rotate_secret': (call, id) => (
    { json: { ...get(id), signing_secret: newSecret() } }
  ),
  'POST /webhook_endpoints/{id}/test': test,
};
