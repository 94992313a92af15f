#pragma once

namespace presshawk {

class Service;

// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in those that it starts
// from now on, so that ServeUntilStopped() gets them. Ignores SIGPIPE.
void BlockServiceSignals();

// Returns after SIGTERM or SIGINT, having asked the service to stop, or when
// its workers came to their end. SIGHUP reloads. Gives free memory back
// meanwhile.
void ServeUntilStopped(Service* service);

}  // namespace presshawk
