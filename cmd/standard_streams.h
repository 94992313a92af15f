// SPDX-License-Identifier: Apache-2.0
// Standard input, output and error, and the signals that end a command.
#pragma once

namespace presshawk {

// Opens those of the descriptors 0, 1 and 2 that the caller closed, so that no
// data file gets one of them. Reading such an input fails, also by the name
// /dev/stdin, and so does writing such an output, also by the name /dev/stdout;
// such a standard error takes everything. Call it before anything opens a file.
void OpenStandardStreams();

// The kernel gives process 1 (of a container) no default action: SIGTERM would
// do nothing. There SIGTERM, SIGINT, SIGHUP and SIGPIPE end the process with
// 128 + their number, as a shell tells it of all others. Commands that block or
// ignore a signal are not concerned.
void EndOnSignalsAsProcessOne();

// Writes what standard output still buffers. Returns `exit_code`, or
// kExitGaveUp after a message where something of the output could not be
// written. Where its reader went away (`| head`) no message, and the status of
// SIGPIPE.
int FinishStandardOutput(int exit_code);

}  // namespace presshawk
