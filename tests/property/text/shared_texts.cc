// SPDX-License-Identifier: Apache-2.0
#include "tests/property/text/shared_texts.h"

#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include <nlohmann/json.hpp>

namespace presshawk::testing {
namespace {

constexpr size_t kArticleFileBytesMax = 8UL << 20;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The first `bytes_max` bytes of what `packed` unpacks to.
std::string Unpack(const std::string& packed, size_t bytes_max) {
  std::string unpacked;
  ZSTD_DStream* const stream = ZSTD_createDStream();
  ZSTD_inBuffer in = {packed.data(), packed.size(), 0};
  std::vector<char> piece(ZSTD_DStreamOutSize());
  while (in.pos < in.size && unpacked.size() < bytes_max) {
    ZSTD_outBuffer out = {piece.data(), piece.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)) != 0) {
      break;
    }
    unpacked.append(piece.data(), out.pos);
  }
  ZSTD_freeDStream(stream);
  return unpacked;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      break;  // Perhaps cut off.
    }
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool IsUtf8(std::string_view text) {
  // nlohmann's serializer checks exactly this.
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

std::vector<SampleFile> SampleArticles(const std::string& shared_data,
                                       size_t bytes_max) {
  std::vector<SampleFile> samples;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(shared_data + "/articles", error)) {
    const std::string unpacked =
        Unpack(ReadFile(entry.path()), kArticleFileBytesMax);
    SampleFile sample = {entry.path().filename(), {}};
    const std::vector<std::string_view> lines = Lines(unpacked);
    const size_t step = std::max<size_t>(1, unpacked.size() / bytes_max);
    for (size_t i = 0; i < lines.size(); i += step) {
      const auto article = nlohmann::json::parse(lines[i], nullptr, false);
      for (const char* const key : {"title", "body"}) {
        if (article.is_object() && article.contains(key) &&
            article[key].is_string()) {
          sample.texts.push_back(article[key].get<std::string>());
        }
      }
    }
    samples.push_back(std::move(sample));
  }
  std::sort(
      samples.begin(), samples.end(),
      [](const SampleFile& a, const SampleFile& b) { return a.name < b.name; });
  return samples;
}

std::vector<std::string> SampleArticleLines(const std::string& shared_data,
                                            const std::string& file,
                                            size_t count) {
  const std::string unpacked =
      Unpack(ReadFile(shared_data + "/articles/" + file), kArticleFileBytesMax);
  const std::vector<std::string_view> lines = Lines(unpacked);
  const size_t step = std::max<size_t>(1, lines.size() / count);
  std::vector<std::string> sample;
  for (size_t i = 0; i < lines.size() && sample.size() < count; i += step) {
    sample.emplace_back(lines[i]);
  }
  return sample;
}

std::vector<SampleFile> HostileLines(const std::string& shared_data,
                                     const std::string& prefix) {
  std::vector<SampleFile> samples;
  const std::string archive =
      Unpack(ReadFile(shared_data + "/hostile/hostile.tar.zst"), 256UL << 20);
  // tar: a header of 512 bytes, name at 0, size in octal at 124, type at 156;
  // then the content, filled up to 512 bytes.
  for (size_t at = 0; at + 512 <= archive.size();) {
    const char* const header = archive.data() + at;
    const std::string name(header, strnlen(header, 100));
    const size_t size = std::strtoul(header + 124, nullptr, 8);
    at += 512;
    const size_t begin = name.find(prefix);
    if (header[156] == '0' && begin != std::string::npos && begin <= 8 &&
        at + size <= archive.size()) {
      SampleFile sample = {name, {}};
      for (const std::string_view line :
           Lines(std::string_view(archive).substr(at, size))) {
        if (IsUtf8(line)) {
          sample.texts.emplace_back(line);
        }
      }
      samples.push_back(std::move(sample));
    }
    at += (size + 511) / 512 * 512;
  }
  return samples;
}

}  // namespace presshawk::testing
