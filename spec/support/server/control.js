'use strict';
// The control plane below /_control/, on the plain http listener only:
// makes, reads and forgets scenarios, tells statistics, stops the server.

const memory = require('./api/memory');
const body = require('./body');
const connections = require('./connections');
const scenario = require('./scenario');
const wire = require('./wire');

const startedAt = Date.now();

const definitionOf = (call) => JSON.parse(body.bytes(call.body).toString());

function createScenario(call) {
  return { status: 200, json: scenario.create(definitionOf(call)) };
}

function readScenario(call) {
  const found = scenario.find(call.id);
  if (!found) return { status: 404, json: { error: `there is no scenario ${call.id}` } };
  return { status: 200, json: scenario.read(found) };
}

function forgetScenario(call) {
  return { status: 200, json: { deleted: scenario.forget(call.id) } };
}

// All is as at the start, but for connections that are open.
function forgetAll() {
  memory.forget();
  return { status: 200, json: { deleted: scenario.forgetAll() + wire.forgetAll() } };
}

const onWire = (act) => async (call) => ({ status: 200, json: await act(call) });

function statistics(call) {
  const json = { open: connections.openCount, uptime: (Date.now() - startedAt) / 1000 };
  return { status: 200, json: { ...json, ...call.stats, memory: process.memoryUsage().rss } };
}

function stop() {
  setTimeout(() => process.exit(0), 50);
  return { status: 200, json: { stopped: true } };
}

const ROUTES = [
  ['POST', /^\/_control\/scenario$/, createScenario],
  ['DELETE', /^\/_control\/scenario$/, forgetAll],
  ['GET', /^\/_control\/scenario\/(\w+)$/, readScenario],
  ['DELETE', /^\/_control\/scenario\/(\w+)$/, forgetScenario],
  ['POST', /^\/_control\/wire$/, onWire((call) => wire.create(definitionOf(call)))],
  ['GET', /^\/_control\/wire\/(\w+)$/, onWire((call) => wire.read(call.id))],
  ['POST', /^\/_control\/wire\/(\w+)\/well$/, onWire((call) => wire.makeWell(call.id))],
  ['DELETE', /^\/_control\/wire\/(\w+)$/, onWire((call) => wire.forget(call.id))],
  ['GET', /^\/_control\/stats$/, statistics],
  ['POST', /^\/_control\/stop$/, stop],
];

function answer(call) {
  for (const [method, pattern, handler] of ROUTES) {
    const match = method === call.method && pattern.exec(call.path);
    if (match) return handler({ ...call, id: match[1] });
  }
  return { status: 404, json: { error: `no ${call.method} ${call.path}` } };
}

// A reply in the scenario language; a bad definition is the caller's 400.
async function handle(call) {
  try {
    return await answer(call);
  } catch (error) {
    return { status: 400, json: { error: error.message } };
  }
}

module.exports = { handle };
