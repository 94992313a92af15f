// SPDX-License-Identifier: Apache-2.0
#include "matchers/sections/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstring>
#include <string_view>

#include "core/base/hex.h"

namespace presshawk {
namespace {

size_t Padded(size_t size) { return (size + 3) / 4 * 4; }

// The build id among the notes of a segment.
std::string FindBuildId(std::string_view notes) {
  ElfW(Nhdr) note;
  while (notes.size() >= sizeof(note)) {
    std::memcpy(&note, notes.data(), sizeof(note));
    notes.remove_prefix(sizeof(note));
    const size_t name = Padded(note.n_namesz);
    const size_t size = name + Padded(note.n_descsz);
    if (size > notes.size()) {
      break;
    }
    if (note.n_type == NT_GNU_BUILD_ID && notes.starts_with("GNU")) {
      return HexOf(notes.substr(name, note.n_descsz));
    }
    notes.remove_prefix(size);
  }
  return "";
}

// The first object is the program.
int ReadProgram(dl_phdr_info* object, size_t /*size*/, void* id) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    auto& found = *static_cast<std::string*>(id);
    if (segment.p_type == PT_NOTE && found.empty()) {
      const ElfW(Addr) at = object->dlpi_addr + segment.p_vaddr;
      found = FindBuildId(
          {reinterpret_cast<const char*>(at), segment.p_memsz});  // NOLINT
    }
  }
  return 1;
}

}  // namespace

std::string ProgramBuildId() {
  std::string id;
  dl_iterate_phdr(&ReadProgram, &id);
  return id;
}

}  // namespace presshawk
