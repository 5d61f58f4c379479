'use strict';
// Responses: create, stream, retrieve, cancel, delete and the list of input items.

const conversations = require('./conversations');
const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { example } = require('./example');
const { invalid, requireFields, stored } = require('./errors');
const hostedTools = require('./hosted_tools');
const prose = require('./prose');
const reasoning = require('./reasoning');
const { eventsOf } = require('./response_events');

const TOKEN_DELAY = 0.03;
const kept = memory.map();

function inputItems(input) {
  const list = Array.isArray(input) ? input : [{ role: 'user', content: input }];
  return list.map((item) => ({
    id: newId('msg_'),
    type: 'message',
    status: 'completed',
    ...item,
    ...(typeof item.content === 'string'
      ? { content: [{ type: 'input_text', text: item.content }] } : {}),
  }));
}

function lastUserText(items) {
  const asked = items.filter((item) => item.role === 'user').pop();
  return asked ? prose.textOf(asked.content) : '';
}

function textFor(input, items) {
  const said = lastUserText(items);
  const format = (input.text || {}).format || {};
  if (format.type === 'json_schema') return JSON.stringify(example(format.schema || {}, said));
  if (format.type === 'json_object') return JSON.stringify({ answer: prose.answerTo(said) });
  return prose.answerTo(said);
}

function calledFunction(input, items) {
  const answered = items.some((item) => item.type === 'function_call_output');
  if (answered || input.tool_choice === 'none') return null;
  return (input.tools || []).find((tool) => tool.type === 'function') || null;
}

function callItem(tool, items) {
  const value = example(tool.parameters || { type: 'object' }, lastUserText(items));
  return {
    id: newId('fc_'), type: 'function_call', status: 'completed', call_id: newId('call_'),
    name: tool.name, arguments: JSON.stringify(value),
  };
}

function messageItem(input, items) {
  const text = textFor(input, items);
  const part = { type: 'output_text', text, annotations: hostedTools.sourcesOf(input, text), logprobs: [] };
  return {
    id: newId('msg_'), type: 'message', status: 'completed', role: 'assistant', content: [part],
  };
}

function usageOf(items, output, thought = 0) {
  const cost = (item) => 3 + prose.countTokens(prose.textOf(item.content));
  const asked = items.reduce((sum, item) => sum + cost(item), 0);
  const said = prose.countTokens(output.arguments || prose.textOf(output.content));
  return {
    input_tokens: asked,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: said + thought,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: asked + said + thought,
  };
}

// What the request may set, with the value of a request that does not.
const SETTINGS = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: 1.0,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1.0,
  truncation: 'disabled',
  user: null,
};

function settingsOf(input) {
  const entries = Object.entries(SETTINGS).map(([name, value]) => [name, input[name] ?? value]);
  return Object.fromEntries(entries);
}

function responseFor(input, items) {
  const tool = calledFunction(input, items);
  const output = tool ? callItem(tool, items) : messageItem(input, items);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: now(),
    completed_at: now(),
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: input.model,
    service_tier: 'default',
    ...settingsOf(input),
    output: [...reasoning.itemsOf(input), ...hostedTools.itemsOf(input, lastUserText(items)), output],
    usage: usageOf(items, output, reasoning.tokensOf(input)),
  };
}

function countInput({ input }) {
  requireFields(input, 'model', 'input');
  const { input_tokens } = usageOf(inputItems(input.input), { arguments: '' });
  return { json: { object: 'response.input_tokens', input_tokens } };
}

function stream(response) {
  return { sse: eventsOf(response), chunk_delay: TOKEN_DELAY };
}

function create({ input }) {
  requireFields(input, 'model', 'input');
  const items = inputItems(input.input);
  const response = responseFor(input, items);
  const conversation = input.conversation && (input.conversation.id || input.conversation);
  if (conversation) {
    conversations.add(conversation, [...items, ...response.output]);
    response.conversation = { id: conversation };
  }
  if (response.store) kept.set(response.id, { response, items });
  return input.stream ? stream(response) : { json: response };
}

const get = (id) => stored(kept, id, 'response');

function retrieve({ query }, id) {
  const { response } = get(id);
  if (query.get('stream') !== 'true') return { json: response };
  const after = Number(query.get('starting_after') ?? -1);
  const events = eventsOf(response).filter((event) => event.data.sequence_number > after);
  return { sse: events, chunk_delay: TOKEN_DELAY };
}

function cancel(call, id) {
  const { response } = get(id);
  if (!response.background) throw invalid('Only a background response can be cancelled.');
  response.status = 'cancelled';
  return { json: response };
}

function remove(call, id) {
  get(id);
  kept.delete(id);
  return { status: 200 };
}

module.exports = {
  'POST /responses': create,
  'POST /responses/input_tokens': countInput,
  'GET /responses/{id}': retrieve,
  'DELETE /responses/{id}': remove,
  'POST /responses/{id}/cancel': cancel,
  'GET /responses/{id}/input_items': ({ query }, id) => page(get(id).items, query),
};
