'use strict';
// The built-in API: a small in-memory stand-in for the demo and the examples.
// It answers in the scenario language; it knows nothing of sockets.

const { randomBytes } = require('crypto');
const bodyOf = require('./body');
const { ApiError, invalid } = require('./api/errors');
const agents = require('./api/agents');
const audio = require('./api/audio');
const batches = require('./api/batches');
const chat = require('./api/chat');
const completions = require('./api/completions');
const conversations = require('./api/conversations');
const decisions = require('./api/decisions');
const embeddings = require('./api/embeddings');
const files = require('./api/files');
const fineTuning = require('./api/fine_tuning');
const images = require('./api/images');
const kept = require('./api/kept');
const live = require('./api/live');
const models = require('./api/models');
const moderations = require('./api/moderations');
const oauth = require('./api/oauth');
const realtime = require('./api/realtime');
const responses = require('./api/responses');
const responsesSocket = require('./api/responses_socket');
const threads = require('./api/threads');
const uploads = require('./api/uploads');
const vectorStores = require('./api/vector_stores');
const videos = require('./api/videos');
const webhooks = require('./api/webhooks');

// The first that fits is taken; of two of the same name the later one.
const ROUTES = Object.entries({
  ...threads, ...conversations.routes,
  ...agents, ...audio, ...batches, ...chat, ...completions, ...decisions, ...embeddings, ...files, ...fineTuning,
  ...images, ...live, ...models, ...moderations, ...oauth, ...realtime, ...responses, ...responsesSocket, ...uploads,
  ...vectorStores, ...videos, ...webhooks, ...kept.routes, ...threads, ...conversations.routes,
}).map(([route, handler]) => {
  const [method, path] = route.split(' ');
  return { method, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`), handler };
});

let remaining = 9999;

function headers() {
  remaining = remaining > 1 ? remaining - 1 : 9999;
  return {
    'x-request-id': `req_${randomBytes(16).toString('hex')}`,
    'openai-processing-ms': String(20 + (remaining % 30)),
    'openai-version': '2020-10-01',
    'openai-organization': 'org-local',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '200000',
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-remaining-tokens': String(remaining * 20),
    'x-ratelimit-reset-requests': '1s',
    'x-ratelimit-reset-tokens': '6m0s',
  };
}

function authorize(req) {
  if (/^(Bearer|AWS4-HMAC-SHA256) \S/.test(req.headers.authorization || '') || req.headers['api-key']) return;
  throw new ApiError(401, 'You did not provide an API key: send it as a bearer token.', {
    type: 'invalid_request_error', code: 'invalid_api_key',
  });
}

function parseJson(bytes, type) {
  if (!bytes.length || /^multipart\//.test(type)) return {};
  try {
    const value = JSON.parse(bytes.toString());
    if (value && typeof value === 'object') return value;
  } catch (error) { /* told below */ }
  throw invalid('The body of your request is not a JSON object.');
}

function decodeId(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    return text;
  }
}

function find(method, path) {
  for (const route of ROUTES) {
    const match = route.method === method && route.pattern.exec(path);
    if (match) return { handler: route.handler, ids: match.slice(1).map(decodeId) };
  }
  throw new ApiError(404, `Unknown request URL: ${method} ${path}.`, { code: 'unknown_url' });
}

// Azure has the API below /openai, some of it by deployments.
const withoutVersion = (path) => path.replace(/^\/openai(\/deployments\/[^/]+)?(?=\/)/, '').replace(/^\/v1(?=\/)/, '');

// One call of the API's own, as in a batch.
function perform(method, path, input) {
  const { handler, ids } = find(method, withoutVersion(path));
  return handler({ path, query: new URLSearchParams(), type: '', bytes: null, input }, ...ids);
}

function callOf({ path, query, req, body }) {
  const bytes = bodyOf.bytes(body);
  if (!bytes) throw new ApiError(413, 'The body of your request is too large.', {});
  const type = req.headers['content-type'] || '';
  const input = parseJson(bytes, type);
  return { path, query: new URLSearchParams(query), type, bytes, input, perform };
}

function answer(request) {
  if (!/^\/(oauth|computeMetadata)\//.test(request.path)) authorize(request.req);
  const { handler, ids } = find(request.req.method, withoutVersion(request.path));
  return handler(callOf(request), ...ids);
}

function failure(error) {
  if (error instanceof ApiError) return error.reply();
  process.stderr.write(`spec server: ${error.stack}\n`);
  return new ApiError(500, error.message, { type: 'server_error' }).reply();
}

// A stream takes as long as a model's would, unless the request says otherwise.
function paced(reply, req) {
  const delay = req.headers['x-stand-in-delay'];
  return reply.chunk_delay && delay ? { ...reply, chunk_delay: Number(delay) } : reply;
}

function handle(request) {
  let reply;
  try {
    reply = paced(answer(request), request.req);
  } catch (error) {
    reply = failure(error);
  }
  return { ...reply, headers: { ...headers(), ...reply.headers } };
}

module.exports = { handle };
