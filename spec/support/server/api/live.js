'use strict';
// Live sessions over a socket, forks of them and what is attached to one; translations, which are much like them.
// What is heard is answered where a silence ends it, in words and tones.

const { newId, now } = require('./identity');
const prose = require('./prose');
const sound = require('./sound');
const { event } = require('./realtime_events');

const LIFETIME = 900; // seconds
const TOKEN_SOUND = 0.06; // seconds
const TOKEN_DELAY = 0.01;
const CLOSING = { close: 1000 };

const ms = (seconds) => Math.round(seconds * 1000);

class Session {
  // `names`: of the events; `timed`: whether transcripts say when something was said.
  constructor(facts, names) {
    this.facts = facts;
    this.names = names;
    this.ear = new sound.Ear();
    this.at = 0; // seconds of the session
    this.interrupted = 0;
  }

  when(seconds) {
    const start_ms = ms(this.at);
    this.at += seconds;
    return this.names.timed ? { start_ms, end_ms: ms(this.at) } : { elapsed_ms: ms(this.at) };
  }

  * say(text) {
    const turn = this.interrupted;
    for (const [i, delta] of prose.tokens(text).entries()) {
      if (turn !== this.interrupted) return;
      const when = this.when(TOKEN_SOUND);
      yield event('session.output_transcript.delta', { delta, ...when });
      yield event('session.output_audio.delta', { delta: sound.tone(TOKEN_SOUND, i), ...this.names.audio, ...when });
      yield { wait: TOKEN_DELAY };
    }
  }

  * hear(bytes) {
    const change = this.ear.hear(bytes);
    if (change === 'begun') this.interrupted += 1;
    if (change !== 'ended') return;
    const heard = `${this.ear.seconds().toFixed(1)} seconds of sound`;
    yield event('session.input_transcript.delta', { delta: heard, ...this.when(this.ear.seconds()) });
    this.ear.clear();
    yield* this.say(this.names.answer(heard));
  }
}

const replyTo = (asked, type, fields) => event(type, { ...fields, client_event_id: asked.event_id });

// What an event of a Live session is told in return.
const TOLD = {
  'session.input_audio.mute': 'session.input_audio.muted',
  'session.input_audio.unmute': 'session.input_audio.unmuted',
};
const APPENDED = /^session\.(instructions|thinking|commentary)\.append$/;

function closed(session, asked) {
  const usage = { seconds: session.at };
  return [replyTo(asked, 'session.closed', { reason: 'close_requested', session: session.facts, usage }), CLOSING];
}

function refused(asked) {
  const error = { type: 'invalid_request_error', code: 'invalid_event', message: `No event of type '${asked.type}'.` };
  return [replyTo(asked, 'error', { error })];
}

const ANSWERS = {
  'session.start': (session, asked) => {
    Object.assign(session.facts, asked.session);
    return [replyTo(asked, 'session.started', { session: session.facts })];
  },
  'session.update': (session, asked) => {
    Object.assign(session.facts, asked.session);
    return [replyTo(asked, 'session.updated', { session: session.facts })];
  },
  'session.input_audio.append': (session, { audio }) => session.hear(Buffer.from(audio || '', 'base64')),
  'session.close': closed,
};

function answer(session, asked) {
  const { type } = asked;
  if (ANSWERS[type]) return ANSWERS[type](session, asked);
  if (TOLD[type]) return [replyTo(asked, TOLD[type])];
  if (!APPENDED.test(type)) return refused(asked);
  const told = replyTo(asked, `${type}ed`, session.when(0));
  return type.includes('commentary') ? (function* all() { yield told; yield* session.say(asked.content); }()) : [told];
}

function live(attached) {
  return (call, id) => {
    const facts = { id: id || newId('live_'), model: 'gpt-live-1', status: 'active', expires_at: now() + LIFETIME };
    const session = new Session(facts, { timed: true, answer: prose.answerTo });
    const steps = attached ? [event('session.started', { session: facts })] : [];
    return { socket: { beside: true, steps, on: (asked) => answer(session, asked) } };
  };
}

const TRANSLATING = {
  audio: { sample_rate: sound.RATE, channels: 1, format: 'pcm16' },
  answer: (heard) => `What was said took ${heard}.`,
};

function translate(session, asked) {
  if (asked.type === 'session.input_audio_buffer.append') return session.hear(Buffer.from(asked.audio || '', 'base64'));
  if (asked.type === 'session.close') return [event('session.closed'), CLOSING];
  if (asked.type !== 'session.update') return refused(asked);
  Object.assign(session.facts, asked.session);
  return [event('session.updated', { session: session.facts })];
}

function translation({ query }) {
  const facts = {
    id: newId('sess_'), type: 'translation', model: query.get('model'), expires_at: now() + LIFETIME,
    audio: { output: { language: 'en' } },
  };
  const session = new Session(facts, TRANSLATING);
  const steps = [event('session.created', { session: facts })];
  return { socket: { beside: true, steps, on: (asked) => translate(session, asked) } };
}

module.exports = {
  'GET /live/sessions': live(false),
  'GET /live/sessions/{session_id}/attach': live(true),
  'GET /live/sessions/{session_id}/fork': live(false),
  'GET /realtime/translations': translation,
};
