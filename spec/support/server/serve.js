'use strict';
// Takes one request from any listener to where it belongs: the control plane,
// a scenario, or the built-in API. It decides by the path alone.

const api = require('./api');
const control = require('./control');
const exchange = require('./exchange');
const reply = require('./reply');
const scenario = require('./scenario');
const { compile } = require('./script');

const SCENARIO = /^\/(s\d+)(?=[/?]|$)/;
const ABSOLUTE = /^https?:\/\/[^/]*/i;
const stats = { requests: 0, defects: 0 };
const facts = {};

function baseUrl(listener) {
  if (listener === 'http') return `http://127.0.0.1:${facts.http}`;
  if (listener === 'unix') return 'http://localhost';
  return `https://127.0.0.1:${facts[listener]}`;
}

function targetOf(url) {
  const mark = url.indexOf('?');
  if (mark < 0) return { url, path: url, query: '' };
  return { url, path: url.slice(0, mark), query: url.slice(mark + 1) };
}

const later = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

// Has the built-in API handle a request of a scenario, whose reply may be another.
// What is delayed is handled all the same when its client has gone.
async function playHeard(x, target, script, requestId) {
  await reply.bodyRead(x);
  if (!x.body.complete) return;
  if (script.delay) await later(script.delay);
  const answer = api.handle({ ...target, req: x.req, body: x.body });
  reply.play(x, script.api === 'answers' ? compile(answer) : script, requestId);
}

function playScenario(x, url, match) {
  const id = match[1];
  const found = scenario.find(id);
  const target = targetOf(url.slice(id.length + 1) || '/');
  const { script, requestId } = found
    ? scenario.receive(found, x, target, baseUrl)
    : { script: scenario.unknown(id), requestId: 'req_0' };
  if (script.api) playHeard(x, target, script, requestId);
  else reply.play(x, script, requestId);
}

async function playControl(x, url) {
  await reply.bodyRead(x);
  const { path } = targetOf(url);
  const answer = await control.handle({ method: x.req.method, path, body: x.body, stats });
  reply.play(x, compile(answer));
}

async function playApi(x, url) {
  await reply.bodyRead(x);
  if (!x.body.complete) return;
  const answer = api.handle({ ...targetOf(url), req: x.req, body: x.body });
  reply.play(x, compile(answer));
}

function request(req, res, expectsContinue) {
  stats.requests += 1;
  const x = exchange.open(req, res, expectsContinue);
  if (!x) {
    res.destroy();
    return;
  }
  if (x.connection.ending) return;
  const url = req.url.startsWith('/') ? req.url : req.url.replace(ABSOLUTE, '') || '/';
  const match = SCENARIO.exec(url);
  if (match) playScenario(x, url, match);
  else if (url.startsWith('/_control/') && x.connection.listener === 'http') playControl(x, url);
  else playApi(x, url);
}

const setFacts = (started) => Object.assign(facts, started);

module.exports = { request, setFacts, stats };
