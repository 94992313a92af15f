// SPDX-License-Identifier: Apache-2.0
// Large pages for tables that are read all over.
//
// In a table of tens of megabytes nearly every look misses the processor's
// cache of page addresses too (the TLB), which costs as much again.
#pragma once

#include <cstddef>

#include "core/base/flat_array.h"

namespace presshawk {

// Has what of the table can be moved onto pages of 2 MiB moved there; takes as
// long as copying it. Small tables, and systems that refuse, stay as they are.
// The content stays, readers may be at work.
void PreferHugePages(const void* table, size_t bytes);

// The same for all arrays of what is made of them: an archive for its
// Transfer().
struct HugePageArchive {
  template <typename T>
  void Array(const FlatArray<T>* array) {
    PreferHugePages(array->data(), array->size() * sizeof(T));
  }
  template <typename T>
  void Value(const T* /*value*/) {}
};

}  // namespace presshawk
