'use strict';
// Turns a REPLY of the scenario language (see README.md) into a script ready to play.
// All checking and encoding happens here, once per reply, not once per request.

const zlib = require('zlib');
const socket = require('./socket');

const FIELDS = new Set([
  'status', 'reason', 'headers', 'delay', 'body', 'body_base64', 'json', 'sse', 'chunk_delay',
  'steps', 'content_length', 'chunked', 'gzip', 'raw', 'raw_base64', 'before_body',
  'after_reply', 'fault', 'api', 'read_after', 'reply_after', 'socket',
]);
const FAULTS = new Set(['reset', 'close', 'stall', 'refuse_body']);
const API = new Set(['answers', 'hears']);
const AFTER = new Set(['keep', 'close', 'reset']);
const BODILESS = new Set([101, 204, 304]);
const SWITCHING = 101;

// An empty Lua table arrives as {}, hence not only arrays.
const listOf = (value) => (Array.isArray(value) ? value : []);

function check(reply) {
  const unknown = Object.keys(reply).find((field) => !FIELDS.has(field));
  if (unknown) throw new Error(`a reply has no field "${unknown}"`);
  if (reply.fault && !FAULTS.has(reply.fault)) throw new Error(`no fault "${reply.fault}"`);
  if (reply.after_reply && !AFTER.has(reply.after_reply)) {
    throw new Error(`no after_reply "${reply.after_reply}"`);
  }
  if (reply.api && !API.has(reply.api)) throw new Error(`the API never "${reply.api}"`);
}

// The bytes of a field given as text, as base64 or (inside the server) as a buffer.
function bytesOf(holder, field) {
  const encoded = holder[`${field}_base64`];
  if (typeof encoded === 'string') return Buffer.from(encoded, 'base64');
  const value = holder[field];
  if (value === undefined || value === null) return null;
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}

function headerPairs(headers) {
  if (!headers) return [];
  return Array.isArray(headers) ? headers : Object.entries(headers);
}

function eventText(entry) {
  if (typeof entry === 'string') return entry;
  const data = typeof entry.data === 'string' ? entry.data : JSON.stringify(entry.data);
  const lines = [];
  if (entry.event) lines.push(`event: ${entry.event}`);
  if (entry.id !== undefined) lines.push(`id: ${entry.id}`);
  if (entry.retry !== undefined) lines.push(`retry: ${entry.retry}`);
  if (data !== undefined) lines.push(...data.split('\n').map((line) => `data: ${line}`));
  return `${lines.join('\n')}\n\n`;
}

function sseSteps(reply) {
  const steps = [];
  for (const entry of listOf(reply.sse)) {
    if (steps.length && reply.chunk_delay) steps.push({ wait: reply.chunk_delay });
    steps.push({ write: eventText(entry) });
  }
  return steps;
}

function plainBody(reply) {
  const body = 'json' in reply ? Buffer.from(JSON.stringify(reply.json)) : bytesOf(reply, 'body');
  if (!body) return Buffer.alloc(0);
  return reply.gzip ? zlib.gzipSync(body) : body;
}

const has = (pairs, name) => pairs.some(([key]) => key.toLowerCase() === name);

function contentType(reply) {
  if (reply.sse) return 'text/event-stream';
  return 'json' in reply ? 'application/json' : null;
}

function streams(script, pairs) {
  if (script.steps) return true;
  const type = pairs.find(([key]) => key.toLowerCase() === 'content-type');
  return Boolean(type) && String(type[1]).startsWith('text/event-stream');
}

function contentLength(reply, script, pairs) {
  if (typeof reply.content_length === 'number') return reply.content_length;
  const absent = reply.content_length === false || reply.chunked === false
    || BODILESS.has(script.status);
  return absent || streams(script, pairs) ? null : script.body.length;
}

function headersOf(reply, script) {
  const pairs = headerPairs(reply.headers).map(([name, value]) => [String(name), value]);
  const add = (name, value) => {
    if (value !== null && !has(pairs, name.toLowerCase())) pairs.push([name, String(value)]);
  };
  add('Content-Type', contentType(reply));
  add('Content-Encoding', reply.gzip ? 'gzip' : null);
  if (!has(pairs, 'transfer-encoding')) add('Content-Length', contentLength(reply, script, pairs));
  return pairs;
}

function stepsOf(reply) {
  if (reply.sse) return sseSteps(reply);
  return reply.steps ? listOf(reply.steps) : null;
}

function statusOf(reply) {
  if (reply.socket) return SWITCHING;
  return reply.fault === 'refuse_body' ? 413 : 200;
}

function compile(reply) {
  check(reply);
  const script = {
    status: reply.status || statusOf(reply),
    reason: reply.reason || null,
    delay: reply.delay || 0,
    fault: reply.fault || null,
    api: reply.api || null,
    readAfter: reply.read_after || null,
    replyAfter: reply.reply_after || null,
    raw: bytesOf(reply, 'raw'),
    early: Boolean(reply.before_body || reply.fault),
    after: reply.after_reply || 'keep',
    chunked: reply.chunked,
    socket: reply.socket ? socket.compile(reply.socket) : null,
    steps: stepsOf(reply),
  };
  script.gzip = Boolean(reply.gzip && script.steps);
  script.body = script.steps ? null : plainBody(reply);
  const pairs = headersOf(reply, script);
  script.namesRequest = has(pairs, 'x-request-id');
  script.pairs = pairs;
  script.headers = pairs.filter(([, value]) => value !== null).map(([k, v]) => [k, String(v)]);
  return script;
}

module.exports = { compile, bytesOf };
