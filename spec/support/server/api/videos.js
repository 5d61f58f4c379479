'use strict';
// Videos: each look finds one a step further.

const { newId, now } = require('./identity');
const memory = require('./memory');
const { page } = require('./page');
const { ApiError, requireFields, stored } = require('./errors');
const multipart = require('./multipart');

const POLL_AFTER = { 'openai-poll-after-ms': '100' };
const NEXT = { queued: ['in_progress', 50], in_progress: ['completed', 100] };
const kept = memory.map();

const get = (id) => stored(kept, id, 'video');

function create({ bytes, type, input }) {
  const fields = /^multipart\//.test(type) ? multipart.fields(bytes, type) : input;
  requireFields(fields, 'prompt');
  const video = {
    id: newId('video_'), object: 'video', created_at: now(), status: 'queued', progress: 0, model: fields.model || 'sora-2',
    prompt: fields.prompt, seconds: fields.seconds || '4', size: fields.size || '720x1280', error: null,
  };
  kept.set(video.id, video);
  return { json: { ...video } };
}

function retrieve(call, id) {
  const video = get(id);
  [video.status, video.progress] = NEXT[video.status] || [video.status, video.progress];
  return { headers: POLL_AFTER, json: { ...video } };
}

function content(call, id) {
  if (get(id).status !== 'completed') throw new ApiError(404, 'The video is not ready.', {});
  return { headers: { 'content-type': 'video/mp4' }, body: Buffer.from('\0\0\0\x18ftypmp42 a video of nothing', 'latin1') };
}

function remove(call, id) {
  get(id);
  kept.delete(id);
  return { json: { id, object: 'video.deleted', deleted: true } };
}

module.exports = {
  'POST /videos': create,
  'GET /videos': ({ query }) => page([...kept.values()], query),
  'GET /videos/{id}': retrieve,
  'GET /videos/{id}/content': content,
  'DELETE /videos/{id}': remove,
};
