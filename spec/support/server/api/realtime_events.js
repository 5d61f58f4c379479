'use strict';
// The events of one response of a Realtime conversation, in the API's order, one by one: whoever
// takes them may stop, and has it end as cancelled.

const { newId } = require('./identity');
const prose = require('./prose');
const sound = require('./sound');

const TOKEN_DELAY = 0.01;
const TOKEN_SOUND = 0.06; // seconds

const event = (type, fields) => ({ send: { type, event_id: newId('event_'), ...fields } });

function object(response, status, output, usage) {
  return {
    object: 'realtime.response', id: response.id, status, status_details: null, output,
    conversation_id: response.conversation, output_modalities: [response.modality],
    max_output_tokens: 'inf', usage: usage || null, metadata: response.metadata ?? null,
  };
}

function usageOf(response) {
  const said = prose.countTokens(response.call ? response.call.arguments : response.text);
  const heard = response.heard;
  return {
    total_tokens: heard + said, input_tokens: heard, output_tokens: said,
    input_token_details: { text_tokens: heard, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
    output_token_details: { text_tokens: said, audio_tokens: 0 },
  };
}

function itemOf(response, status, said) {
  const item = { id: response.item, object: 'realtime.item', status };
  if (response.call) {
    const { name, call_id } = response.call;
    return { ...item, type: 'function_call', name, call_id, arguments: said };
  }
  const part = response.modality === 'audio'
    ? { type: 'output_audio', transcript: said } : { type: 'output_text', text: said };
  return { ...item, type: 'message', role: 'assistant', content: said ? [part] : [] };
}

const KINDS = {
  text: { delta: 'response.output_text', done: 'text', part: (text) => ({ type: 'text', text }) },
  audio: {
    delta: 'response.output_audio_transcript', done: 'transcript',
    part: (transcript) => ({ type: 'audio', transcript }),
  },
};

// Yields what is said, token by token; returns what of it was.
function* message(response, place) {
  const kind = KINDS[response.modality];
  const at = { ...place, content_index: 0 };
  let said = '';
  yield event('response.content_part.added', { ...at, part: kind.part('') });
  for (const [i, delta] of prose.tokens(response.text).entries()) {
    if (response.cancelled) return said;
    said += delta;
    yield event(`${kind.delta}.delta`, { ...at, delta });
    if (response.modality === 'audio') {
      yield event('response.output_audio.delta', { ...at, delta: sound.tone(TOKEN_SOUND, i) });
    }
    yield { wait: TOKEN_DELAY };
  }
  if (response.modality === 'audio') yield event('response.output_audio.done', at);
  yield event(`${kind.delta}.done`, { ...at, [kind.done]: said });
  yield event('response.content_part.done', { ...at, part: kind.part(said) });
  return said;
}

function* call(response, place) {
  const { name, call_id, arguments: all } = response.call;
  for (const delta of prose.tokens(all)) {
    yield event('response.function_call_arguments.delta', { ...place, call_id, delta });
  }
  yield event('response.function_call_arguments.done', { ...place, call_id, name, arguments: all });
  return all;
}

// `response`: id, item, conversation, modality, metadata, heard (tokens), text or call, and
// `cancelled`, which may become true meanwhile. `onDone` gets the item.
function* eventsOf(response, onDone) {
  const place = { response_id: response.id, item_id: response.item, output_index: 0 };
  const opening = itemOf(response, 'in_progress', '');
  yield event('response.created', { response: object(response, 'in_progress', []) });
  yield event('response.output_item.added', { response_id: response.id, output_index: 0, item: opening });
  yield event('conversation.item.added', { previous_item_id: response.previous, item: opening });
  const said = yield* (response.call ? call : message)(response, place);
  const item = itemOf(response, response.cancelled ? 'incomplete' : 'completed', said);
  yield event('response.output_item.done', { response_id: response.id, output_index: 0, item });
  yield event('conversation.item.done', { previous_item_id: response.previous, item });
  onDone(item);
  const status = response.cancelled ? 'cancelled' : 'completed';
  yield event('response.done', { response: object(response, status, [item], usageOf(response)) });
}

module.exports = { event, eventsOf };
