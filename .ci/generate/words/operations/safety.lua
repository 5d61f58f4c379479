-- What the operations of client.safety do.

return {
  ["safety.alerts.retrieve"] = "Returns a safety alert, about which response it is and why; its id comes by webhook.",
  ["safety.cases.retrieve"] =
    "Returns a safety case, a warning or a deactivation and its reason, whose id a webhook has brought.",
}
