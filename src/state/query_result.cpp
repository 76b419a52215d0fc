#include "widgetstream/state/query_result.hpp"

namespace widgetstream {

std::string_view toString(FailureReason reason) noexcept {
  switch (reason) {
    case FailureReason::unknown_query_type:
      return "UNKNOWN_QUERY_TYPE";
    case FailureReason::not_active:
      return "NOT_ACTIVE";
    case FailureReason::not_up_to_bound:
      return "NOT_UP_TO_BOUND";
    case FailureReason::not_present:
      return "NOT_PRESENT";
    case FailureReason::does_not_exist:
      return "DOES_NOT_EXIST";
    case FailureReason::store_exception:
      return "STORE_EXCEPTION";
  }
  return "";
}

}  // namespace widgetstream
