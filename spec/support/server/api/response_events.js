'use strict';
// The events of a streamed response, in the API's order and numbering.

const prose = require('./prose');
const reasoning = require('./reasoning');

const EMPTY_PART = { type: 'output_text', text: '', annotations: [], logprobs: [] };

function unfinished(response) {
  return { ...response, status: 'in_progress', completed_at: null, output: [], usage: null };
}

function messageEvents(item, index) {
  const [part] = item.content;
  const place = { item_id: item.id, output_index: index, content_index: 0 };
  return [
    ['response.content_part.added', { ...place, part: EMPTY_PART }],
    ...prose.tokens(part.text).map((delta) => (
      ['response.output_text.delta', { ...place, delta, logprobs: [] }]
    )),
    ['response.output_text.done', { ...place, text: part.text, logprobs: [] }],
    ['response.content_part.done', { ...place, part }],
  ];
}

function callEvents(item, index) {
  const place = { item_id: item.id, output_index: index };
  return [
    ...prose.tokens(item.arguments).map((delta) => (
      ['response.function_call_arguments.delta', { ...place, delta }]
    )),
    ['response.function_call_arguments.done', {
      ...place, name: item.name, arguments: item.arguments,
    }],
  ];
}

const EMPTY = { message: { content: [] }, function_call: { arguments: '' }, reasoning: { summary: [] } };
const BETWEEN = { message: messageEvents, function_call: callEvents, reasoning: reasoning.eventsOf };

function itemEvents(item, index) {
  const between = BETWEEN[item.type] || (() => []);
  return [
    ['response.output_item.added', {
      output_index: index, item: { ...item, ...EMPTY[item.type], status: 'in_progress' },
    }],
    ...between(item, index),
    ['response.output_item.done', { output_index: index, item }],
  ];
}

function eventsOf(response) {
  const events = [
    ['response.created', { response: unfinished(response) }],
    ['response.in_progress', { response: unfinished(response) }],
    ...response.output.flatMap(itemEvents),
    ['response.completed', { response }],
  ];
  return events.map(([type, fields], index) => (
    { event: type, data: { type, sequence_number: index, ...fields } }
  ));
}

module.exports = { eventsOf };
