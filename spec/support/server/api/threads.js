'use strict';
// Messages and runs of threads: a run is at work at the first look, and has
// answered at the second.

const kept = require('./kept');
const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const prose = require('./prose');
const { invalid, requireFields, stored } = require('./errors');

const POLL_AFTER = { 'openai-poll-after-ms': '100' };
const messages = memory.map();
const runs = memory.map();

const createThread = kept.routes['POST /threads'];
const of = (all, id) => [...all.values()].filter((one) => one.thread_id === id);

function listed(all) {
  return ({ query }, id) => {
    kept.has('/threads', id);
    return page(of(all, id), query);
  };
}

function found(all, what, thread, id) {
  kept.has('/threads', thread);
  return stored(new Map(of(all, thread).map((one) => [one.id, one])), id, what);
}

function partsOf(content) {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return parts.map((part) => (part.type === 'text' && typeof part.text === 'string'
    ? { type: 'text', text: { value: part.text, annotations: [] } } : part));
}

function addMessage(thread, { role, content, metadata, attachments }, more) {
  const message = {
    id: newId('msg_'), object: 'thread.message', created_at: now(), thread_id: thread, role, content: partsOf(content),
    assistant_id: null, run_id: null, attachments: attachments || [], metadata: metadata || {}, ...more,
  };
  messages.set(message.id, message);
  return message;
}

function create(call) {
  const { messages: first, ...input } = call.input;
  const made = createThread({ ...call, input });
  (first || []).forEach((message) => addMessage(made.json.id, message));
  return made;
}

function addRun(input, thread) {
  requireFields(input, 'assistant_id');
  const assistant = kept.has('/assistants', input.assistant_id);
  if (input.stream) throw invalid('The stand-in streams no runs.', 'stream');
  (input.additional_messages || []).forEach((message) => addMessage(thread, message));
  const run = {
    id: newId('run_'), object: 'thread.run', created_at: now(), thread_id: thread, assistant_id: assistant.id,
    status: 'queued', required_action: null, last_error: null, started_at: null, completed_at: null, cancelled_at: null,
    model: input.model || assistant.model, instructions: input.instructions || assistant.instructions,
    tools: input.tools || assistant.tools, metadata: input.metadata || {}, usage: null, incomplete_details: null,
  };
  runs.set(run.id, run);
  return { json: { ...run } };
}

function complete(run) {
  const asked = of(messages, run.thread_id).filter((message) => message.role === 'user').pop();
  const text = prose.answerTo(asked ? asked.content.map((part) => part.text.value || '').join(' ') : '');
  addMessage(run.thread_id, { role: 'assistant', content: text }, { run_id: run.id, assistant_id: run.assistant_id });
  const said = prose.countTokens(text);
  const usage = { prompt_tokens: 9, completion_tokens: said, total_tokens: 9 + said };
  return { status: 'completed', completed_at: now(), usage };
}

function look(call, thread, id) {
  const run = found(runs, 'run', thread, id);
  if (run.status === 'in_progress') Object.assign(run, complete(run));
  if (run.status === 'queued') Object.assign(run, { status: 'in_progress', started_at: now() });
  return { headers: POLL_AFTER, json: { ...run } };
}

function cancel(call, thread, id) {
  const run = found(runs, 'run', thread, id);
  if (run.status === 'completed') throw invalid("Cannot cancel run with status 'completed'.");
  return { json: { ...Object.assign(run, { status: 'cancelled', cancelled_at: now() }) } };
}

function removeMessage(call, thread, id) {
  messages.delete(found(messages, 'message', thread, id).id);
  return { json: { id, object: 'thread.message.deleted', deleted: true } };
}

module.exports = {
  'POST /threads': create,
  'POST /threads/runs': (call) => addRun(call.input, create({ ...call, input: call.input.thread || {} }).json.id),
  'POST /threads/{id}/messages': ({ input }, id) => {
    kept.has('/threads', id);
    requireFields(input, 'role', 'content');
    return { json: addMessage(id, input) };
  },
  'GET /threads/{id}/messages': listed(messages),
  'GET /threads/{id}/messages/{message}': (call, thread, id) => ({ json: found(messages, 'message', thread, id) }),
  'POST /threads/{id}/messages/{message}': ({ input }, thread, id) => (
    { json: Object.assign(found(messages, 'message', thread, id), { metadata: input.metadata }) }),
  'DELETE /threads/{id}/messages/{message}': removeMessage,
  'POST /threads/{id}/runs': ({ input }, id) => {
    kept.has('/threads', id);
    return addRun(input, id);
  },
  'GET /threads/{id}/runs': listed(runs),
  'GET /threads/{id}/runs/{run}': look,
  'POST /threads/{id}/runs/{run}/cancel': cancel,
  'GET /threads/{id}/runs/{run}/steps': ({ query }, thread, id) => {
    found(runs, 'run', thread, id);
    return page([], query);
  },
};
