'use strict';
// Scenarios: lists of scripted replies, each with the journal of what arrived.
// A scenario owns the paths below /<id>/; requests take its replies in order of arrival.

const journal = require('./journal');
const limit = require('./limit');
const template = require('./template');
const { compile } = require('./script');

const scenarios = new Map();
let count = 0;

// A reply with template values is compiled anew for each request.
function prepare(reply) {
  const script = compile(reply);
  return template.isTemplate(JSON.stringify(reply)) ? { reply } : { script };
}

function queue(replies, repeatLast) {
  const list = Array.isArray(replies) ? replies : [];
  return { prepared: list.map(prepare), next: 0, repeatLast };
}

function take(list) {
  const { prepared, next } = list;
  if (next < prepared.length) {
    list.next += 1;
    return prepared[next];
  }
  return list.repeatLast && prepared.length ? prepared[prepared.length - 1] : null;
}

function routesOf(definition) {
  const routes = new Map();
  for (const [route, replies] of Object.entries(definition.routes || {})) {
    routes.set(route, queue(replies, definition.repeat_last));
  }
  return routes;
}

function create(definition) {
  count += 1;
  const id = `s${count}`;
  scenarios.set(id, {
    id,
    routes: routesOf(definition),
    replies: queue(definition.replies, definition.repeat_last),
    journal: journal.create(definition.journal !== false),
    limit: definition.limit ? limit.create(definition.limit) : null,
  });
  return { id, path: `/${id}` };
}

function listFor(scenario, method, path) {
  const { routes, replies } = scenario;
  return routes.get(`${method} ${path}`)
    || routes.get(`${method} ${path.replace(/^\/v1(?=\/)/, '')}`)
    || replies;
}

function exhausted(what) {
  const error = { message: what, type: 'scenario_error', param: null, code: 'scenario_exhausted' };
  return compile({ status: 599, json: { error } });
}

function contextOf(scenario, n, x, baseUrl) {
  return { n, headers: x.req.headers, base: (listener) => `${baseUrl(listener)}/${scenario.id}` };
}

const TOO_MANY = { status: 429, json: { error: { message: 'too many', code: 'rate_limit_exceeded' } } };

// The same script within the scenario's limit: refused, or with its header.
function limited(scenario, x, found) {
  const bytes = Number(x.req.headers['content-length'] || 0);
  const verdict = limit.ask(scenario.limit, bytes);
  const script = verdict.refused ? compile(TOO_MANY) : found();
  return { ...script, headers: [...script.headers, ...verdict.headers] };
}

// The script for this request, which it enters into the journal.
function receive(scenario, x, target, baseUrl) {
  if (!scenario.limit) return next(scenario, x, target, baseUrl);
  let requestId = null;
  const script = limited(scenario, x, () => {
    const found = next(scenario, x, target, baseUrl);
    requestId = found.requestId;
    return found.script;
  });
  return { script, requestId };
}

function next(scenario, x, target, baseUrl) {
  const n = journal.enter(scenario.journal, x, target);
  const taken = take(listFor(scenario, x.req.method, target.path));
  const requestId = `req_${n}`;
  if (!taken) {
    const what = `${scenario.id} has no reply left for request ${n}`;
    return { script: exhausted(`${what}: ${x.req.method} ${target.path}`), requestId };
  }
  if (taken.script) return { script: taken.script, requestId };
  const reply = template.expand(taken.reply, contextOf(scenario, n, x, baseUrl));
  return { script: compile(reply), requestId };
}

function unknown(id) {
  return exhausted(`there is no scenario ${id}`);
}

const find = (id) => scenarios.get(id);
const forget = (id) => scenarios.delete(id);

function forgetAll() {
  const { size } = scenarios;
  scenarios.clear();
  return size;
}

function read(scenario) {
  const refused = scenario.limit ? { refused: scenario.limit.refused } : {};
  return { ...journal.read(scenario.journal), ...refused };
}


module.exports = { create, receive, unknown, find, forget, forgetAll, read };
