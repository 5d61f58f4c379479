'use strict';
// Tokens in exchange for others (RFC 8693), and as the metadata server of Google's machines has them.

const { newId } = require('./identity');
const { requireFields } = require('./errors');

function exchange({ input }) {
  requireFields(input, 'grant_type', 'subject_token_type', 'identity_provider_id', 'service_account_id');
  return { json: { access_token: newId('token_'), token_type: 'Bearer', expires_in: 3600 } };
}

const ofMachine = () => ({ json: { access_token: newId('ya29.'), token_type: 'Bearer', expires_in: 3599 } });

module.exports = {
  'POST /oauth/token': exchange,
  'GET /computeMetadata/v1/instance/service-accounts/default/token': ofMachine,
};
