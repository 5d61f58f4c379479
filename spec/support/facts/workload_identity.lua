-- Machines' identities: what is asked for and exchanged, and what is refused.

local merged = require "spec.support.merged"

local BOTH = { identity_provider_id = "idp-123", service_account_id = "sa-456" }

local function with(fields)
  return merged(BOTH, fields)
end

return {
  both = BOTH,
  grant = "urn:ietf:params:oauth:grant-type:token-exchange",
  types = {
    jwt = "urn:ietf:params:oauth:token-type:jwt", id = "urn:ietf:params:oauth:token-type:id_token",
    x509 = "urn:openai:params:oauth:token-type:x509",
  },

  -- kinds that ask a server: fields, its reply, the query and the header field it is asked with, the token's type
  clouds = {
    { "azure", {}, { json = { access_token = "subject-0123456789", expires_in = "86399" } },
      "api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F", { "metadata", "true" }, "jwt" },
    { "azure", { resource = "r", client_id = "c" }, { json = { access_token = "subject-0123456789" } },
      "api-version=2018-02-01&client_id=c&resource=r", { "metadata", "true" }, "jwt" },
    { "google", {}, { body = "subject-0123456789\n", headers = { ["content-type"] = "text/html" } },
      "audience=https%3A%2F%2Fapi.openai.com%2Fv1", { "metadata-flavor", "Google" }, "id" },
    { "google", { audience = "a" }, { body = "subject-0123456789" }, "audience=a", { "metadata-flavor", "Google" },
      "id" },
  },

  -- reply of the token's server; what the message says, the code, the status of the cause
  failures = {
    { { status = 400, json = { error = "invalid_grant", error_description = "expired: subject-0123456789" } },
      "the token exchange failed with status 400: invalid_grant: expired: ***", "invalid_grant", 400 },
    { { status = 401, json = { error = "invalid_client" } },
      "the token exchange failed with status 401: invalid_client", "invalid_client", 401 },
    { { status = 403, json = { error = { message = "no", code = "x" } } },
      "the token exchange failed with status 403: no", nil, 403 },
    { { status = 500, body = "oops", headers = { ["x-should-retry"] = "false" } },
      "the token exchange failed with status 500: oops", nil, 500 },
    { { status = 307, headers = { location = "{{base}}/v1/token" } },
      "the token exchange failed with status 307: the redirect is not followed: none is where this goes", nil, 307 },
    { { json = { token = "x" } }, "the token exchange failed: the reply has no access_token" },
    { { json = { access_token = "" } }, "the token exchange failed: the reply has no access_token" },
    { { body = "<html>" }, "the token exchange failed: the reply has no access_token" },
  },

  -- what is given; what is raised
  refused = {
    { {}, "'identity_provider_id' is missing" },
    { { identity_provider_id = "i", subject = "azure" }, "'service_account_id' is missing" },
    { BOTH, "'subject' is missing" },
    { with { subject = "aws" }, "'subject' must be \"kubernetes\", \"azure\", \"google\", \"x509\"" },
    { with { subject = { kind = "azure", resorce = "r" } },
      "the subject of kind 'azure': unknown field 'resorce'; did you mean 'resource'?" },
    { with { subject = { kind = "azure", resource = 5 } }, "field 'resource' must be a string, got 5" },
    { with { subject = "azure", token_typ = "jwt" },
      "workload_identity: unknown field 'token_typ'; did you mean 'token_type'?" },
    { with { subject = print, token_type = "saml" }, "'token_type' must be \"jwt\" or \"id\", got \"saml\"" },
    { with { subject = "azure", refresh_before = "5" },
      "workload_identity: field 'refresh_before' must be a number of seconds from 0 on, got string" },
    { with { subject = "x509" }, "a subject \"x509\" needs the option 'client_cert'" },
  },
}
