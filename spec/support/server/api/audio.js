'use strict';
// Audio: speech, which is a tone in a WAV file, whole or in pieces; transcriptions and translations,
// which are always of the same sentence.

const { requireFields } = require('./errors');
const multipart = require('./multipart');
const prose = require('./prose');
const { tone, RATE } = require('./sound');

const DELAY = 0.01;
const SENTENCE = 'The wind rose, and it rained all night.';
const SECONDS = 2.4;
const USAGE = { type: 'duration', seconds: 3 };
const TYPES = { mp3: 'audio/mpeg', wav: 'audio/wav', pcm: 'application/octet-stream' };
const FORMAT = 'response_format';

// A WAV file of one channel of 16 bits: 44 bytes, then the samples.
function wav(samples) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

function spoken(input) {
  const samples = Buffer.from(tone(0.1, prose.countTokens(input.input)), 'base64');
  return input[FORMAT] === 'pcm' ? samples : wav(samples);
}

function inPieces(sound, count) {
  const size = Math.ceil(sound.length / count);
  return Array.from({ length: count }, (_, i) => sound.subarray(i * size, (i + 1) * size));
}

function speech({ input }) {
  requireFields(input, 'model', 'input', 'voice');
  const sound = spoken(input);
  if (input.stream_format === 'sse') {
    const usage = { input_tokens: prose.countTokens(input.input), output_tokens: 10 };
    const pieces = inPieces(sound, 4).map((piece) => (
      { data: { type: 'speech.audio.delta', audio: piece.toString('base64') } }
    ));
    const done = { type: 'speech.audio.done', usage: { ...usage, total_tokens: usage.input_tokens + 10 } };
    return { sse: [...pieces, { data: done }], chunk_delay: DELAY };
  }
  return { headers: { 'content-type': TYPES[input[FORMAT] || 'mp3'] || 'audio/mpeg' }, body: sound };
}

function fieldsOf({ bytes, type }) {
  const fields = multipart.fields(bytes, type);
  requireFields(fields, 'file', 'model');
  return fields;
}

// Each word with its times, as if all took as long.
function words() {
  const list = SENTENCE.replace(/[.,]/g, '').split(' ');
  const each = SECONDS / list.length;
  return list.map((word, i) => (
    { word, start: Number((i * each).toFixed(2)), end: Number(((i + 1) * each).toFixed(2)) }
  ));
}

const SEGMENT = { id: 0, start: 0.0, end: SECONDS, text: SENTENCE };

const speaker = (id, text, start, end) => (
  { type: 'transcript.text.segment', id, speaker: id === 'seg_1' ? 'A' : 'B', text, start, end }
);

function diarized() {
  const [first, second] = SENTENCE.split(', ');
  return {
    task: 'transcribe', duration: SECONDS, text: SENTENCE,
    segments: [speaker('seg_1', `${first},`, 0, 1), speaker('seg_2', second, 1, SECONDS)],
    usage: USAGE,
  };
}

function subtitles(mark, arrow) {
  return `${mark}00:00:00${arrow}000 --> 00:00:02${arrow}400\n${SENTENCE}\n\n`;
}

function verbose(fields) {
  const finer = fields.timestamp_granularities || ['segment'];
  return {
    task: 'transcribe', language: 'english', duration: SECONDS, text: SENTENCE,
    ...(finer.includes('word') ? { words: words() } : {}),
    ...(finer.includes('segment') ? { segments: [SEGMENT] } : {}),
    usage: USAGE,
  };
}

function heard(fields) {
  const text = (body) => ({ headers: { 'content-type': 'text/plain; charset=utf-8' }, body });
  switch (fields[FORMAT]) {
    case 'text': return text(`${SENTENCE}\n`);
    case 'srt': return text(subtitles('1\n', ','));
    case 'vtt': return text(`WEBVTT\n\n${subtitles('', '.')}`);
    case 'verbose_json': return { json: verbose(fields) };
    case 'diarized_json': return { json: diarized() };
    default: return { json: { text: SENTENCE, usage: USAGE } };
  }
}

function streamed() {
  const deltas = prose.tokens(SENTENCE).map((delta) => ({ data: { type: 'transcript.text.delta', delta } }));
  const done = { data: { type: 'transcript.text.done', text: SENTENCE, usage: USAGE } };
  return { sse: [...deltas, done], chunk_delay: DELAY };
}

function transcribe(call) {
  const fields = fieldsOf(call);
  return fields.stream === 'true' ? streamed() : heard(fields);
}

module.exports = {
  'POST /audio/speech': speech,
  'POST /audio/transcriptions': transcribe,
  'POST /audio/translations': (call) => heard(fieldsOf(call)),
};
