'use strict';
// Agents: sessions, whose turns are told as events, and their environments.
// What listens to a session's events hears one turn, whatever is sent to it.

const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { ApiError, requireFields } = require('./errors');
const prose = require('./prose');

const TOKEN_DELAY = 0.005;
const HEARING = 0.05; // seconds until what listens hears of a turn

const sessions = memory.map();
const environments = memory.map();

function get(kept, id) {
  const found = kept.get(id);
  if (!found) throw new ApiError(404, `Nothing has the id '${id}'.`, { code: 'not_found' });
  return found;
}

function eventOf(session, type, fields) {
  return {
    event: type, data: { type, event_id: newId('evt_'), session_id: session.id, ...fields },
  };
}

function sessionEvent(session, status) {
  const object = { ...session.object, status };
  return eventOf(session, `agent.session.${status}`, { session: object });
}

function turnEvent(session, turn, status) {
  const name = `agent.session.turn.${status === 'queued' ? 'created' : status}`;
  return eventOf(session, name, { turn_id: turn.id, turn: { ...turn, status } });
}

function itemEvent(session, moment, item, index) {
  const fields = { turn_id: item.turn_id, output_index: index, item };
  return eventOf(session, `agent.session.turn.item.${moment}`, fields);
}

function textEvents(session, item, text, index) {
  return prose.tokens(text).map((delta) => eventOf(session, 'agent.session.turn.output_text.delta', {
    turn_id: item.turn_id, item_id: item.id, output_index: index, content_index: 0, delta,
  }));
}

function callOf(session, turn) {
  const tool = (session.agent.tools || []).find(({ type }) => type === 'function');
  return tool && {
    type: 'function_call', id: newId('fc_'), turn_id: turn.id, call_id: newId('call_'), name: tool.name, arguments: {},
    status: 'completed',
  };
}

function messageOf(turn, text) {
  return {
    type: 'message', id: newId('msg_'), turn_id: turn.id, role: 'assistant', status: 'completed', phase: 'final_answer',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
}

function turnOf(session, asked) {
  const turn = {
    id: newId('turn_'), object: 'agent.session.turn', session_id: session.id, subagent_id: null, created_at: now(),
  };
  const text = prose.answerTo(asked);
  const call = callOf(session, turn);
  const message = messageOf(turn, text);
  const begun = { ...message, status: 'in_progress', content: [] };
  const at = call ? 1 : 0;
  session.turns.push({ ...turn, status: 'completed' });
  session.items.push(...(call ? [call] : []), message);
  return [
    sessionEvent(session, 'in_progress'), turnEvent(session, turn, 'queued'),
    turnEvent(session, turn, 'in_progress'),
    ...(call ? [itemEvent(session, 'added', call, 0), itemEvent(session, 'done', call, 0)] : []),
    itemEvent(session, 'added', begun, at), ...textEvents(session, message, text, at),
    itemEvent(session, 'done', message, at), turnEvent(session, turn, 'completed'), sessionEvent(session, 'idle'),
  ];
}

function create({ input }) {
  requireFields(input, 'environment');
  const id = newId('asess_');
  const object = {
    id, object: 'agent.session', status: 'idle', created_at: now(), required_actions: [], metadata: {},
  };
  const session = { id, object, agent: input.agent || {}, turns: [], items: [] };
  sessions.set(id, session);
  if (!input.stream) return { json: object };
  const events = [eventOf(session, 'agent.session.created', { session: object })];
  if (input.input) events.push(...turnOf(session, prose.textOf(input.input)));
  return { sse: events, chunk_delay: TOKEN_DELAY };
}

function write({ event, data }) {
  return { write: `event: ${event}\ndata: ${JSON.stringify(data)}\n\n` };
}

function listen(call, id) {
  const events = turnOf(get(sessions, id), '').flatMap((event) => [write(event), { wait: TOKEN_DELAY }]);
  return { headers: { 'content-type': 'text/event-stream' }, steps: [{ wait: HEARING }, ...events] };
}

function hear({ input }, id) {
  get(sessions, id);
  requireFields(input, 'events');
  return { status: 202 };
}

const listOf = (field) => ({ query }, id) => page(get(sessions, id)[field], query);

function createEnvironment() {
  const environment = {
    id: newId('env_'), object: 'agent.environment', status: 'pending', created_at: now(),
  };
  environments.set(environment.id, environment);
  return { json: environment };
}

function retrieveEnvironment(call, id) {
  const environment = get(environments, id);
  const json = { ...environment };
  environment.status = 'ready';
  return { headers: { 'openai-poll-after-ms': '100' }, json };
}

function place({ input }, id) {
  get(environments, id);
  requireFields(input, 'type', 'path');
  return { json: { object: 'agent.environment.file', path: input.path } };
}

module.exports = {
  'POST /agents/sessions': create,
  'GET /agents/sessions/{id}': (call, id) => ({ json: get(sessions, id).object }),
  'GET /agents/sessions/{id}/events': listen,
  'POST /agents/sessions/{id}/events': hear,
  'GET /agents/sessions/{id}/items': listOf('items'),
  'GET /agents/sessions/{id}/turns': listOf('turns'),
  'GET /agents/sessions/{id}/artifacts': ({ query }, id) => page(get(sessions, id) && [], query),
  'POST /agents/environments': createEnvironment,
  'GET /agents/environments/{id}': retrieveEnvironment,
  'POST /agents/environments/{id}/files': place,
};
