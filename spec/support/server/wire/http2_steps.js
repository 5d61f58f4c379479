'use strict';
// The steps of a fault that are HTTP/2 frames. `stream` is the request's own unless it is said:
// a number, or "other", one that nobody has opened.

const { bytesOf, pairsOf } = require('./bytes');
const { ERRORS, codeOf, frame, uint32 } = require('./frames');
const { encode } = require('./hpack');

const OTHER = 100;

function streamOf(request, step) {
  if (step.stream === 'other') return request.stream + OTHER;
  return step.stream === undefined ? request.stream : step.stream;
}

function payloadOf(line, request, step) {
  if (step.fields) return encode(pairsOf(step.fields, line.scene, request));
  if (step.payload === undefined && step.payload_base64 === undefined) return Buffer.alloc(0);
  return bytesOf(step, 'payload', line.scene, request);
}

// Any frame, as often as `times` says, in writes of some size.
async function anyFrame(line, request, step) {
  const one = frame(step.frame, step.flags || [], streamOf(request, step), payloadOf(line, request, step), step.length);
  const most = Math.max(1, Math.floor(65536 / one.length));
  for (let left = step.times || 1; left > 0 && line.open; left -= most) {
    await line.write(Buffer.concat(Array(Math.min(left, most)).fill(one)));
  }
}

function rst(line, request, step) {
  return line.write(frame('RST_STREAM', [], streamOf(request, step), uint32(codeOf(ERRORS, step.rst))));
}

// `last`: the last stream that was looked at, by default this one; "none" says that it was not.
function goaway(line, request, step) {
  const last = step.last === 'none' ? Math.max(0, request.stream - 2) : request.stream;
  return line.write(frame('GOAWAY', [], 0, uint32(last, codeOf(ERRORS, step.goaway))));
}

function make({ sendHeaders, sendData }) {
  return {
    frame: anyFrame,
    rst,
    goaway,
    headers: (line, request, step) => (
      sendHeaders(line, streamOf(request, step), pairsOf(step.headers, line.scene, request), step.end)),
    data: (line, request, step) => (
      sendData(line, streamOf(request, step), bytesOf(step, 'data', line.scene, request), step.end)),
  };
}

module.exports = { make };
