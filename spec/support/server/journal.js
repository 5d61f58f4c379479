'use strict';
// The journal of one scenario: what arrived, over which connection, how it went.
// Bodies are kept up to a budget, so that a long run stays within bounded memory.

const body = require('./body');

const BODY_BUDGET = 128 << 20;
const now = () => Date.now() / 1000;

function create(keep) {
  return { keep, records: [], total: 0, connections: new Set(), bodyBytes: 0 };
}

function pairs(rawHeaders) {
  const list = [];
  for (let i = 0; i < rawHeaders.length; i += 2) list.push([rawHeaders[i], rawHeaders[i + 1]]);
  return list;
}

function bound(journal, record) {
  journal.bodyBytes += record.body.length;
  if (journal.bodyBytes > BODY_BUDGET) record.body.chunks = null;
}

function follow(journal, record, x) {
  x.onSocket = (view) => { record.socket = view; };
  x.onDone = () => { record.outcome = 'complete'; };
  x.onGone = () => {
    record.closed_at = now();
    if (record.outcome === 'open') record.outcome = 'aborted';
    bound(journal, record);
  };
}

// The number of the request in its scenario.
function enter(journal, x, target) {
  journal.total += 1;
  journal.connections.add(x.connection);
  if (!journal.keep) return journal.total;
  const record = {
    n: journal.total, target, connection: x.connection, body: x.body,
    raw: x.req.rawHeaders, method: x.req.method, version: x.req.httpVersionMajor,
    received_at: now(), outcome: 'open', closed_at: null, socket: null,
  };
  journal.records.push(record);
  follow(journal, record, x);
  return journal.total;
}

function bodyView(record) {
  const bytes = record.body.chunks && body.bytes(record.body);
  return {
    body_base64: bytes ? bytes.toString('base64') : null,
    body_length: record.body.length,
    body_sha256: body.digest(record.body),
    complete_body: record.body.complete,
  };
}

function view(record) {
  const { n, method, target, connection } = record;
  return {
    n, method, path: target.path, url: target.url, query: target.query,
    headers: pairs(record.raw),
    ...bodyView(record),
    http_version: record.version === 2 ? '2' : '1.1',
    connection: connection.id,
    remote_port: connection.remotePort,
    listener: connection.listener,
    received_at: record.received_at,
    outcome: record.outcome,
    closed_at: record.closed_at,
    socket: record.socket ? record.socket() : null,
  };
}

function read(journal) {
  const served = [...journal.connections];
  return {
    requests: journal.records.map(view),
    requests_total: journal.total,
    connections_open: served.filter((connection) => connection.open).length,
    connections_total: served.length,
  };
}

module.exports = { create, enter, read };
