// SPDX-License-Identifier: Apache-2.0
// MISUSE: deleted
// A copy of an array in place would look like an owner; a copy of a large one
// would be an accident.
#include "core/base/flat_array.h"

presshawk::FlatArray<int> Take(presshawk::FlatArray<int> array) {
#ifdef MISUSE
  return presshawk::FlatArray<int>(array);
#else
  return array;
#endif
}
