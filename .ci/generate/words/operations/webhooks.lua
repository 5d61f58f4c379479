-- What the operations of client.webhooks do.

return {
  ["webhooks.create"] =
    "Registers an address to which the API sends events, and returns it with its secret, which is told only now.",
  ["webhooks.delete"] = "Removes an address, so that it gets no more events, and returns a confirmation.",
  ["webhooks.event_types.list"] = "Returns the names of all events that an address can be sent.",
  ["webhooks.list"] = "Returns a page of the addresses that get events; their secrets are not told.",
  ["webhooks.retrieve"] = "Returns an address that gets events, and which; its secret is not told.",
  ["webhooks.rotate_secret"] =
    "Gives an address a new secret, and returns it, this once; the old one can stay valid for a day.",
  ["webhooks.test"] = "Makes the API send a trial event to an address, and returns the status that came back.",
  ["webhooks.update"] = "Changes the name, the URL or the events of an address, and returns it.",
}
