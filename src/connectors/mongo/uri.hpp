#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct _mongoc_uri_t;

namespace widgetstream {

/// A connection string that was understood, and what of it must never be shown.
///
/// Threads  immutable after construction: any.
class MongoUri {
 public:
  /// Errors  Error{invalid_config} that names the problem; of the text itself it shows nothing but host names.
  explicit MongoUri(const std::string& text);

  /// The database in the path; empty when there is none.
  [[nodiscard]] std::string database() const;
  /// `host:27017,other:27018`, for messages.
  [[nodiscard]] std::string hosts() const;
  /// `text` with every secret of this URI replaced by ***.
  [[nodiscard]] std::string redact(std::string_view text) const;

  /// For the driver; valid as long as this.
  [[nodiscard]] const _mongoc_uri_t* get() const noexcept { return uri_.get(); }

 private:
  std::shared_ptr<_mongoc_uri_t> uri_;
  std::vector<std::string> secrets_;  ///< longest first
};

}  // namespace widgetstream
