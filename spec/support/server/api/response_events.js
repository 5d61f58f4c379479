'use strict';
// The events of a streamed response, in the API's order and numbering.

const prose = require('./prose');

const EMPTY_PART = { type: 'output_text', text: '', annotations: [], logprobs: [] };

function unfinished(response) {
  return { ...response, status: 'in_progress', completed_at: null, output: [], usage: null };
}

function messageEvents(item) {
  const [part] = item.content;
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  return [
    ['response.content_part.added', { ...place, part: EMPTY_PART }],
    ...prose.tokens(part.text).map((delta) => (
      ['response.output_text.delta', { ...place, delta, logprobs: [] }]
    )),
    ['response.output_text.done', { ...place, text: part.text, logprobs: [] }],
    ['response.content_part.done', { ...place, part }],
  ];
}

function callEvents(item) {
  const place = { item_id: item.id, output_index: 0 };
  return [
    ...prose.tokens(item.arguments).map((delta) => (
      ['response.function_call_arguments.delta', { ...place, delta }]
    )),
    ['response.function_call_arguments.done', {
      ...place, name: item.name, arguments: item.arguments,
    }],
  ];
}

function opening(item) {
  const empty = item.type === 'message' ? { content: [] } : { arguments: '' };
  return { ...item, ...empty, status: 'in_progress' };
}

function eventsOf(response) {
  const [item] = response.output;
  const events = [
    ['response.created', { response: unfinished(response) }],
    ['response.in_progress', { response: unfinished(response) }],
    ['response.output_item.added', { output_index: 0, item: opening(item) }],
    ...(item.type === 'message' ? messageEvents(item) : callEvents(item)),
    ['response.output_item.done', { output_index: 0, item }],
    ['response.completed', { response }],
  ];
  return events.map(([type, fields], index) => (
    { event: type, data: { type, sequence_number: index, ...fields } }
  ));
}

module.exports = { eventsOf };
