'use strict';
// Chat completions, plain, streamed and stored.

const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { example } = require('./example');
const { requireFields, stored } = require('./errors');
const prose = require('./prose');
const { tone } = require('./sound');

const TOKEN_DELAY = 0.03;
const kept = memory.map();
const DETAILS = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

function usageOf(messages, text) {
  const cost = (message) => 3 + prose.countTokens(prose.textOf(message.content));
  const prompt = messages.reduce((sum, message) => sum + cost(message), 3);
  const completion = prose.countTokens(text);
  return {
    prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion,
    ...DETAILS,
  };
}

function lastUserText(messages) {
  const asked = messages.filter((message) => message.role === 'user').pop();
  return asked ? prose.textOf(asked.content) : '';
}

// The function to call: the first one offered, unless a tool has answered already.
function calledFunction(input) {
  const last = input.messages[input.messages.length - 1] || {};
  const offered = (input.tools || []).find((tool) => tool.type === 'function');
  if (!offered || last.role === 'tool' || input.tool_choice === 'none') return null;
  return offered.function;
}

function contentFor(input) {
  const said = lastUserText(input.messages);
  const format = input.response_format || {};
  if (format.type === 'json_schema') {
    return JSON.stringify(example((format.json_schema || {}).schema || {}, said));
  }
  if (format.type === 'json_object') return JSON.stringify({ answer: prose.answerTo(said) });
  return prose.answerTo(said);
}

function toolCall(called, input) {
  const value = example(called.parameters || { type: 'object' }, lastUserText(input.messages));
  return {
    id: newId('call_'),
    type: 'function',
    function: { name: called.name, arguments: JSON.stringify(value) },
  };
}

function spoken(transcript) {
  return { id: newId('audio_'), expires_at: now() + 3600, data: tone(0.1, 1), transcript };
}

function messageFor(input) {
  const called = calledFunction(input);
  const base = { role: 'assistant', content: null, refusal: null, annotations: [] };
  if (called) return { ...base, tool_calls: [toolCall(called, input)] };
  const content = contentFor(input);
  return (input.modalities || []).includes('audio') ? { ...base, audio: spoken(content) } : { ...base, content };
}

// Each token as if it were certain to a half, with one other that it could have been.
function logprobsOf(text, count) {
  const likely = (token, logprob) => ({ token, logprob, bytes: [...Buffer.from(token)] });
  const content = prose.tokens(text).map((token) => ({
    ...likely(token, Math.log(0.5)),
    top_logprobs: [likely(token, Math.log(0.5)), likely('...', Math.log(0.25))].slice(0, count),
  }));
  return { content, refusal: null };
}

function choiceOf(message, index, input) {
  const reason = message.tool_calls ? 'tool_calls' : 'stop';
  const logprobs = input.logprobs && message.content
    ? logprobsOf(message.content, input.top_logprobs || 0) : null;
  return { index, message, logprobs, finish_reason: reason };
}

function completionFor(input) {
  const message = messageFor(input);
  return {
    id: newId('chatcmpl-'),
    object: 'chat.completion',
    created: now(),
    model: input.model,
    choices: Array.from({ length: input.n || 1 }, (_, index) => choiceOf(message, index, input)),
    usage: usageOf(input.messages, message.content || ''),
    service_tier: 'default',
    system_fingerprint: null,
    ...(input.store ? { metadata: input.metadata || {} } : {}),
  };
}

function deltasOf(message) {
  const first = { role: 'assistant', content: message.content === null ? null : '', refusal: null };
  if (message.content !== null) {
    return [first, ...prose.tokens(message.content).map((content) => ({ content }))];
  }
  if (message.audio) return [{ ...first, audio: message.audio }];
  const [call] = message.tool_calls;
  const opening = { index: 0, ...call, function: { name: call.function.name, arguments: '' } };
  const pieces = prose.tokens(call.function.arguments).map((piece) => (
    { tool_calls: [{ index: 0, function: { arguments: piece } }] }
  ));
  return [{ ...first, tool_calls: [opening] }, ...pieces];
}

function stream(completion, options) {
  const { id, created, model, choices: [choice] } = completion;
  const usage = options.include_usage ? { usage: null } : {};
  const chunk = (choices, more) => ({
    data: {
      id, object: 'chat.completion.chunk', created, model, service_tier: 'default',
      system_fingerprint: null, choices, ...usage, ...more,
    },
  });
  const delta = (value, reason) => chunk(
    [{ index: 0, delta: value, logprobs: null, finish_reason: reason }],
  );
  const chunks = deltasOf(choice.message).map((value) => delta(value, null));
  chunks.push(delta({}, choice.finish_reason));
  if (options.include_usage) chunks.push(chunk([], { usage: completion.usage }));
  return { sse: [...chunks, { data: '[DONE]' }], chunk_delay: TOKEN_DELAY };
}

function create({ input }) {
  requireFields(input, 'model', 'messages');
  if (!Array.isArray(input.messages)) input.messages = [];
  const completion = completionFor(input);
  if (input.store) kept.set(completion.id, { completion, messages: input.messages });
  return input.stream ? stream(completion, input.stream_options || {}) : { json: completion };
}

const get = (id) => stored(kept, id, 'chat completion');

function list({ query }) {
  const model = query.get('model');
  const all = [...kept.values()].map((entry) => entry.completion);
  const found = all.filter((completion) => !model || completion.model === model);
  return page(found, query, { order: 'asc' });
}

function update({ input }, id) {
  requireFields(input, 'metadata');
  get(id).completion.metadata = input.metadata;
  return { json: get(id).completion };
}

function remove(call, id) {
  get(id);
  kept.delete(id);
  return { json: { object: 'chat.completion.deleted', id, deleted: true } };
}

function messages({ query }, id) {
  const items = get(id).messages.map((message, index) => ({
    id: `${id}-${index}`, name: null, content_parts: null, ...message,
  }));
  return page(items, query, { order: 'asc' });
}

module.exports = {
  'POST /chat/completions': create,
  'GET /chat/completions': list,
  'GET /chat/completions/{id}': (call, id) => ({ json: get(id).completion }),
  'POST /chat/completions/{id}': update,
  'DELETE /chat/completions/{id}': remove,
  'GET /chat/completions/{id}/messages': messages,
};
