// Archives in the sense of Boost.Serialization for the records of an image: canonical, bounded
// before growth, without pointers, tracking, class ids or exceptions. The library's own archives
// are not used: they allocate what a damaged count says, before reading it.
#pragma once

#include "format/base/Bytes.h"
#include "format/base/Result.h"
#include "format/base/Text.h"
#include "format/image/Limits.h"

#include <boost/mpl/bool.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/serialization.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace orus::image {

/// Number of values of an enumeration in a record; they start at 0.
template <class E> inline constexpr unsigned kEnumerators = 0;

namespace detail {

template <class T> struct IsNvp : std::false_type {};
template <class T> struct IsNvp<boost::serialization::nvp<T>> : std::true_type {};
template <class T> struct IsVector : std::false_type {};
template <class T> struct IsVector<std::vector<T>> : std::true_type {};
template <class T> struct IsOptional : std::false_type {};
template <class T> struct IsOptional<std::optional<T>> : std::true_type {};

// What a record may hold. Pointers would need tracking, and can be made to form cycles.
template <class T> constexpr void requireSerializable() {
  static_assert(!std::is_pointer_v<T> && !std::is_member_pointer_v<T> && !std::is_reference_v<T>,
                "records of an image hold no pointers");
  static_assert(!std::is_polymorphic_v<T>, "records of an image are not polymorphic");
  static_assert(!std::is_floating_point_v<T>, "store the bits of floating-point numbers");
  static_assert(!std::is_integral_v<T> || std::is_unsigned_v<T>, "integers are unsigned");
  static_assert(!std::is_union_v<T>);
  if constexpr (std::is_enum_v<T>)
    static_assert(kEnumerators<T> != 0, "give kEnumerators for this enumeration");
}

// Visits a class by its serialize() function.
template <class Archive, class T> void visit(Archive &archive, T &value, unsigned version) {
  static_assert(std::is_class_v<T>);
  boost::serialization::serialize_adl(archive, value, version);
}

} // namespace detail

/// Writes records. Integers and enumerations are unsigned LEB128 in the shortest form, bool and the
/// tag of an optional one byte, strings and vectors a count and their elements.
class SaveArchive {
public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  SaveArchive(base::Bytes &out, unsigned version) : out_(out), version_(version) {}

  template <class T> SaveArchive &operator<<(const T &value) {
    save(value);
    return *this;
  }
  template <class T> SaveArchive &operator&(const T &value) { return *this << value; }

  template <class T> void register_type(const T * = nullptr) {}
  void save_binary(const void *data, size_t size) {
    base::append(out_, {static_cast<const uint8_t *>(data), size});
  }
  unsigned get_library_version() const { return version_; }

  void saveNumber(uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      out_.push_back(static_cast<uint8_t>(value | 0x80));
    out_.push_back(static_cast<uint8_t>(value));
  }

private:
  template <class T> void save(const T &value) {
    detail::requireSerializable<T>();
    if constexpr (detail::IsNvp<T>::value)
      save(value.const_value());
    else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      saveNumber(static_cast<uint64_t>(value));
    else if constexpr (std::is_same_v<T, std::string>) {
      saveNumber(value.size());
      base::append(out_, base::asBytes(value));
    } else if constexpr (detail::IsVector<T>::value) {
      saveNumber(value.size());
      for (const auto &element : value)
        save(element);
    } else if constexpr (detail::IsOptional<T>::value) {
      saveNumber(value.has_value());
      if (value)
        save(*value);
    } else
      detail::visit(*this, const_cast<T &>(value), version_);
  }

  base::Bytes &out_;
  unsigned version_;
};

/// Finds out how many bytes a value takes at least; drives the bound on counts.
class MeasureArchive {
public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  template <class T> MeasureArchive &operator<<(const T &value) {
    detail::requireSerializable<T>();
    if constexpr (detail::IsNvp<T>::value)
      *this << value.const_value();
    else if constexpr (std::is_class_v<T> && !std::is_same_v<T, std::string> &&
                       !detail::IsVector<T>::value && !detail::IsOptional<T>::value)
      detail::visit(*this, const_cast<T &>(value), 0);
    else
      ++size_;
    return *this;
  }
  template <class T> MeasureArchive &operator&(const T &value) { return *this << value; }
  template <class T> void register_type(const T * = nullptr) {}
  unsigned get_library_version() const { return 0; }

  size_t size() const { return size_; }

private:
  size_t size_ = 0;
};

/// The fewest bytes that a T can take in an archive.
template <class T> size_t minimumSize() {
  if constexpr (!std::is_class_v<T>)
    return 1;
  else {
    static const size_t size = [] {
      MeasureArchive archive;
      archive << T{};
      return archive.size() ? archive.size() : 1;
    }();
    return size;
  }
}

/// Reads records. The first error makes every later read yield zero and is kept with its place, so
/// callers look at ok() once per record.
class LoadArchive {
public:
  using is_saving = boost::mpl::false_;
  using is_loading = boost::mpl::true_;

  /// `name` is that of the section, `offset` where `bytes` start in the file.
  LoadArchive(base::ByteView bytes, const char *name, uint64_t offset, unsigned version)
      : bytes_(bytes), name_(name), offset_(offset), version_(version) {}

  template <class T> LoadArchive &operator>>(T &value) {
    load(value);
    return *this;
  }
  template <class T> LoadArchive &operator>>(const boost::serialization::nvp<T> &field) {
    load(field);
    return *this;
  }
  template <class T> LoadArchive &operator&(T &value) { return *this >> value; }
  template <class T> LoadArchive &operator&(const boost::serialization::nvp<T> &field) {
    return *this >> field;
  }

  template <class T> void register_type(const T * = nullptr) {}
  void reset_object_address(const void *, const void *) {}
  void delete_created_pointers() {}
  unsigned get_library_version() const { return version_; }
  void load_binary(void *data, size_t size) {
    if (!has(size, "data"))
      return;
    std::memcpy(data, bytes_.data() + at_, size);
    at_ += size;
  }

  bool ok() const { return !error_; }
  const base::Error &error() const { return *error_; }
  size_t remaining() const { return bytes_.size() - at_; }

  /// Reads element `index` of the section, a record behind its length. A record of this version
  /// fills its length exactly; one of a newer version may end in fields this reader does not know.
  template <class T> void loadRecord(T &record, uint32_t index, bool isNewer);

  /// Reads an unsigned LEB128 number of at most `most`, in its shortest form.
  uint64_t loadNumber(uint64_t most);

  /// Keeps an error at the current place, unless there is one already.
  void fail(std::string message);

private:
  struct Step {
    const char *field; // null: an element
    uint32_t index;
  };

  template <class T> void load(T &value);
  template <class T> void load(const boost::serialization::nvp<T> &field);
  template <class T> void loadVector(std::vector<T> &value);
  void loadString(std::string &value);
  bool has(uint64_t size, const char *what);
  bool push(Step step);
  bool enter();
  std::string place() const;

  // Every class on the way adds at most a field and an element.
  static constexpr size_t kMaxSteps = 2 * kMaxArchiveDepth + 4;

  base::ByteView bytes_;
  const char *name_;
  uint64_t offset_;
  unsigned version_;
  size_t at_ = 0;
  unsigned depth_ = 0;
  uint64_t objects_ = 0;
  size_t stepCount_ = 0;
  std::array<Step, kMaxSteps> steps_;
  std::optional<base::Error> error_;
};

template <class T> void LoadArchive::load(T &value) {
  detail::requireSerializable<T>();
  if constexpr (std::is_same_v<T, bool>)
    value = loadNumber(1) != 0;
  else if constexpr (std::is_enum_v<T>)
    value = static_cast<T>(loadNumber(kEnumerators<T> - 1));
  else if constexpr (std::is_integral_v<T>)
    value = static_cast<T>(loadNumber(std::numeric_limits<T>::max()));
  else if constexpr (std::is_same_v<T, std::string>)
    loadString(value);
  else if constexpr (detail::IsVector<T>::value)
    loadVector(value);
  else if constexpr (detail::IsOptional<T>::value) {
    value.reset();
    if (loadNumber(1) && ok())
      load(value.emplace());
  } else if (enter()) {
    detail::visit(*this, value, version_);
    --depth_;
  }
}

template <class T> void LoadArchive::load(const boost::serialization::nvp<T> &field) {
  if (!push({field.name(), 0}))
    return;
  load(field.value());
  --stepCount_;
}

template <class T> void LoadArchive::loadVector(std::vector<T> &value) {
  value.clear();
  uint64_t count = loadNumber(UINT32_MAX);
  if (count > remaining() / minimumSize<T>()) {
    fail("count " + std::to_string(count) + " exceeds the remaining " +
         std::to_string(remaining()) + " bytes");
    return;
  }
  if (!push({nullptr, 0}))
    return;
  for (uint64_t i = 0; i < count && ok(); ++i) {
    steps_[stepCount_ - 1].index = static_cast<uint32_t>(i);
    load(value.emplace_back());
  }
  --stepCount_;
}

template <class T> void LoadArchive::loadRecord(T &record, uint32_t index, bool isNewer) {
  stepCount_ = 1;
  steps_[0] = {nullptr, index};
  uint64_t length = loadNumber(UINT32_MAX);
  if (!ok() || !has(length, "record"))
    return;
  base::ByteView whole = bytes_;
  size_t end = at_ + length;
  bytes_ = bytes_.first(end);
  load(record);
  if (ok() && at_ != end && !isNewer)
    fail(std::to_string(end - at_) + " bytes too many in the record");
  bytes_ = whole;
  at_ = end;
}

} // namespace orus::image
