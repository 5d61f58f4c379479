'use strict';
// Realtime conversations over a socket: texts, sounds and functions in; texts, tones and calls out. A
// sound that is followed by silence is a turn, unless turn_detection is null.

const { newId, now } = require('./identity');
const { example } = require('./example');
const prose = require('./prose');
const sound = require('./sound');
const { event, eventsOf } = require('./realtime_events');

const LIFETIME = 3600; // seconds

const VAD = {
  type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200, create_response: true,
};

function newSession(model) {
  const format = { type: 'audio/pcm', rate: sound.RATE };
  return {
    type: 'realtime', object: 'realtime.session', id: newId('sess_'), model, output_modalities: ['audio'],
    instructions: '', tools: [], tool_choice: 'auto', max_output_tokens: 'inf', expires_at: now() + LIFETIME,
    audio: {
      input: { format, transcription: null, noise_reduction: null, turn_detection: VAD },
      output: { format, voice: 'alloy', speed: 1 },
    },
  };
}

const isObject = (value) => Boolean(value) && typeof value === 'object' && !Array.isArray(value);

// What is given, put over what is there, object by object.
function merge(there, given) {
  if (!isObject(there) || !isObject(given)) return given;
  const merged = { ...there };
  for (const [name, value] of Object.entries(given)) merged[name] = merge(there[name], value);
  return merged;
}

class Conversation {
  constructor(model) {
    this.id = newId('conv_');
    this.session = newSession(model);
    this.items = [];
    this.ear = new sound.Ear();
  }

  last() {
    return this.items.length ? this.items[this.items.length - 1].id : null;
  }

  add(item) {
    const previous_item_id = this.last();
    this.items.push(item);
    return ['added', 'done'].map((what) => event(`conversation.item.${what}`, { previous_item_id, item }));
  }

  lastText() {
    const asked = this.items.filter((item) => item.role === 'user').pop();
    if (!asked) return '';
    const [part] = asked.content;
    return part && part.type === 'input_audio' ? part.transcript : prose.textOf(asked.content);
  }

  // The function that is called next, if one is: each turn of the user's calls one, once.
  nextCall(settings) {
    const tool = (settings.tools || []).find(({ type }) => type === 'function');
    if (!tool || settings.tool_choice === 'none') return null;
    const turn = this.items.map(({ role }) => role).lastIndexOf('user');
    if (this.items.slice(turn + 1).some(({ type }) => type === 'function_call_output')) return null;
    const value = example(tool.parameters || { type: 'object' }, this.lastText());
    return { name: tool.name, call_id: newId('call_'), arguments: JSON.stringify(value) };
  }

  respond(asked = {}) {
    if (this.response) return [this.error('conversation_already_has_active_response', 'A response is under way.')];
    const settings = { ...this.session, ...asked };
    const text = prose.answerTo(this.lastText());
    this.response = {
      id: newId('resp_'), item: newId('item_'), conversation: this.id, previous: this.last(), text,
      call: this.nextCall(settings), modality: (settings.output_modalities || ['audio'])[0],
      metadata: asked.metadata, heard: prose.countTokens(this.lastText()) + 3, cancelled: false,
    };
    return eventsOf(this.response, (item) => {
      this.items.push(item);
      this.response = null;
    });
  }

  // `cause`: the client's event that was wrong.
  error(code, message, cause = {}) {
    const event_id = cause.event_id ?? null;
    return event('error', { error: { type: 'invalid_request_error', code, message, param: null, event_id } });
  }

  commit() {
    const transcript = `${this.ear.seconds().toFixed(1)} seconds of sound`;
    const id = newId('item_');
    const events = [event('input_audio_buffer.committed', { previous_item_id: this.last(), item_id: id })];
    events.push(...this.add({
      id, object: 'realtime.item', type: 'message', status: 'completed', role: 'user',
      content: [{ type: 'input_audio', transcript }],
    }));
    if (this.session.audio.input.transcription) {
      events.push(event('conversation.item.input_audio_transcription.completed', {
        item_id: id, content_index: 0, transcript, usage: { type: 'duration', seconds: this.ear.seconds() },
      }));
    }
    this.ear.clear();
    return events;
  }

  // A turn is over: what was said is an item, and is answered.
  * endTurn(detection) {
    yield event('input_audio_buffer.speech_stopped', {
      audio_end_ms: Math.round(this.ear.seconds() * 1000), item_id: newId('item_'),
    });
    yield* this.commit();
    if (detection.create_response !== false) yield* this.respond();
  }

  hear(bytes) {
    const detection = this.session.audio.input.turn_detection;
    const change = this.ear.hear(bytes);
    if (!detection || !change) return [];
    if (change === 'ended') return this.endTurn(detection);
    if (this.response) this.response.cancelled = true;
    return [event('input_audio_buffer.speech_started', { audio_start_ms: 0, item_id: newId('item_') })];
  }
}

const found = (talk, { item_id }) => talk.items.find(({ id }) => id === item_id);

const ANSWERS = {
  'session.update': (talk, { session }) => {
    talk.session = merge(talk.session, session || {});
    return [event('session.updated', { session: talk.session })];
  },
  'conversation.item.create': (talk, { item }) => (
    talk.add({ id: newId('item_'), object: 'realtime.item', status: 'completed', ...item })
  ),
  'conversation.item.delete': (talk, asked) => {
    talk.items = talk.items.filter(({ id }) => id !== asked.item_id);
    return [event('conversation.item.deleted', { item_id: asked.item_id })];
  },
  'conversation.item.retrieve': (talk, asked) => [event('conversation.item.retrieved', { item: found(talk, asked) })],
  'conversation.item.truncate': (talk, { item_id, content_index, audio_end_ms }) => (
    [event('conversation.item.truncated', { item_id, content_index, audio_end_ms })]
  ),
  'input_audio_buffer.append': (talk, { audio }) => talk.hear(Buffer.from(audio || '', 'base64')),
  'input_audio_buffer.commit': (talk, asked) => (
    talk.ear.heard ? talk.commit() : [talk.error('input_audio_buffer_commit_empty', 'The buffer is empty.', asked)]
  ),
  'input_audio_buffer.clear': (talk) => {
    talk.ear.clear();
    return [event('input_audio_buffer.cleared')];
  },
  'response.create': (talk, { response }) => talk.respond(response),
  'response.cancel': (talk, asked) => {
    if (!talk.response) return [talk.error('response_cancel_not_active', 'There is no response to cancel.', asked)];
    talk.response.cancelled = true;
    return [];
  },
};

function connect({ query }) {
  const talk = new Conversation(query.get('model') || 'gpt-realtime');
  const on = (asked) => {
    const answer = ANSWERS[asked.type];
    return answer ? answer(talk, asked) : [talk.error('invalid_event', `No event of type '${asked.type}'.`, asked)];
  };
  return { socket: { beside: true, steps: [event('session.created', { session: talk.session })], on } };
}

// A key for a while, of a session.
function clientSecret({ input }) {
  const session = merge(newSession('gpt-realtime'), input.session || {});
  return { json: { value: newId('ek_'), expires_at: now() + 600, session } };
}

module.exports = { 'GET /realtime': connect, 'POST /realtime/client_secrets': clientSecret };
