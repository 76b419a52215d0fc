#include "widgetstream/runtime/application_reset.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/state_directory.hpp"

namespace widgetstream {
namespace {

/// What the names of internal topics end with, as Java's tool has it.
const std::vector<std::string_view>& internalEndings() {
  static const std::vector<std::string_view> all{"-changelog", "-repartition", "-subscription-registration-topic",
                                                 "-subscription-response-topic"};
  return all;
}

/// `...-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic`
bool isForeignKeyTopic(std::string_view name) {
  for (const std::string_view mark :
       {"-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-", "-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-"}) {
    const std::size_t at = name.find(mark);
    if (at == std::string_view::npos || !name.ends_with("-topic")) continue;
    const std::string_view number = name.substr(at + mark.size(), name.size() - at - mark.size() - 6);
    if (!number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos) return true;
  }
  return false;
}

std::unique_ptr<Consumer> consumerOf(KafkaClients& clients, const std::string& group) {
  ConsumerSettings settings;
  settings.group = group;
  return clients.consumer(settings);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

ApplicationReset::ApplicationReset(KafkaClients& clients, ApplicationResetOptions options)
    : options_(std::move(options)),
      admin_(clients.admin({})),
      consumer_(consumerOf(clients, options_.application_id)) {
  if (options_.application_id.empty())
    throw Error{ErrorKind::invalid_argument, "the application id is missing: it names the group and the topics"};
}

bool ApplicationReset::isInternal(const std::string& topic) const {
  if (!topic.starts_with(options_.application_id + "-")) return false;
  const auto& endings = internalEndings();
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view end) { return topic.ends_with(end); }) ||
         isForeignKeyTopic(topic);
}

ApplicationResetPlan ApplicationReset::plan() {
  ApplicationResetPlan plan;
  const auto topics = admin_->allTopics(options_.timeout);
  plan.members = members();
  planOffsets(inputs(topics), plan);
  plan.deleted_topics = internalTopics(topics);
  if (!options_.state_dir.empty()) {
    const auto directory = options_.state_dir / options_.application_id;
    std::error_code error;
    if (std::filesystem::exists(directory, error)) plan.state_directory = directory;
  }
  return plan;
}

std::vector<TopicPartition> ApplicationReset::inputs(const std::map<std::string, std::int32_t>& topics) {
  std::vector<TopicPartition> all;
  const auto add = [&](const std::string& topic, std::int32_t partitions) {
    for (std::int32_t partition = 0; partition < partitions; ++partition) all.push_back({topic, partition});
  };
  for (const std::string& topic : options_.input_topics) {
    const auto known = topics.find(topic);
    if (known == topics.end())
      throw Error{ErrorKind::invalid_argument, "input topic '" + topic + "' does not exist"};
    if (isInternal(topic))
      throw Error{ErrorKind::invalid_argument, "topic '" + topic + "' is an internal one of the application: it is "
                                               "deleted, so its offsets need not be set"};
    add(topic, known->second);
  }
  if (!all.empty()) return all;
  for (const auto& [topic, partitions] : topics) {
    if (!isInternal(topic)) add(topic, partitions);
  }
  const CommittedOffsets committed = all.empty() ? CommittedOffsets{} : consumer_->committed(all, options_.timeout);
  std::vector<std::string> of_group;
  for (const auto& [partition, offset] : committed) {
    if (of_group.empty() || of_group.back() != partition.topic) of_group.push_back(partition.topic);
  }
  std::erase_if(all, [&](const TopicPartition& at) {
    return std::find(of_group.begin(), of_group.end(), at.topic) == of_group.end();
  });
  return all;
}

std::vector<std::string> ApplicationReset::internalTopics(const std::map<std::string, std::int32_t>& topics) const {
  std::vector<std::string> found;
  for (const auto& [topic, partitions] : topics) {
    if (isInternal(topic)) found.push_back(topic);
  }
  if (options_.internal_topics.empty()) return found;
  for (const std::string& topic : options_.internal_topics) {
    if (std::find(found.begin(), found.end(), topic) == found.end())
      throw Error{ErrorKind::invalid_argument, "topic '" + topic + "' is no internal topic of the application; those are: " +
                                                   (found.empty() ? "none" : joined(found))};
  }
  return options_.internal_topics;
}

void ApplicationReset::planOffsets(const std::vector<TopicPartition>& partitions, ApplicationResetPlan& plan) {
  if (partitions.empty()) return;
  const CommittedOffsets committed = consumer_->committed(partitions, options_.timeout);
  const auto ranges = consumer_->offsets(partitions, options_.timeout);
  std::map<TopicPartition, std::int64_t> at_time;
  if (options_.to.kind == ResetTarget::Kind::time)
    at_time = admin_->offsetsForTime(partitions, options_.to.at, options_.timeout);
  for (const auto& [partition, range] : ranges) {
    OffsetReset reset;
    if (const auto known = committed.find(partition); known != committed.end()) reset.before = known->second.offset;
    const auto within = [&](std::int64_t offset) { return std::clamp(offset, range.first, range.end); };
    switch (options_.to.kind) {
      case ResetTarget::Kind::earliest:
        reset.after = range.first;
        break;
      case ResetTarget::Kind::latest:
        reset.after = range.end;
        break;
      case ResetTarget::Kind::offset:
        reset.after = within(options_.to.number);
        break;
      case ResetTarget::Kind::shift_by:
        if (!reset.before) continue;  // there is nothing to shift
        reset.after = within(*reset.before + options_.to.number);
        break;
      case ResetTarget::Kind::time: {
        const auto found = at_time.find(partition);
        reset.after = found == at_time.end() ? range.end : within(found->second);
        break;
      }
    }
    plan.offsets[partition] = reset;
  }
}

std::vector<GroupMember> ApplicationReset::members() {
  return admin_->groupMembers(options_.application_id, options_.timeout);
}

void ApplicationReset::removeMembers() {
  const auto live = members();
  if (live.empty()) return;
  if (!options_.force) {
    std::vector<std::string> clients;
    for (const GroupMember& member : live) clients.push_back(member.client_id + " at " + member.host);
    throw Error{ErrorKind::invalid_argument, "group '" + options_.application_id + "' has " +
                                                 std::to_string(live.size()) + " members (" + joined(clients) +
                                                 "): stop every instance, or force their removal if they are dead"};
  }
  for (const GroupMember& member : live)
    admin_->removeMember(options_.application_id, member.member_id, options_.timeout);
  if (!members().empty())
    throw Error{ErrorKind::invalid_argument,
                "group '" + options_.application_id + "' has members again: an instance is still running"};
}

void ApplicationReset::execute(const ApplicationResetPlan& plan) {
  removeMembers();
  CommittedOffsets offsets;
  for (const auto& [partition, reset] : plan.offsets) offsets[partition] = {reset.after, {}};
  if (!offsets.empty()) admin_->setGroupOffsets(options_.application_id, offsets, options_.timeout);
  if (!plan.deleted_topics.empty()) admin_->deleteTopics(plan.deleted_topics, options_.timeout);
  if (!plan.state_directory.empty()) StateDirectory::cleanUp(options_.state_dir, options_.application_id);
}

std::string describe(const ApplicationResetPlan& plan) {
  std::string text;
  for (const GroupMember& member : plan.members)
    text += "member   " + member.member_id + " at " + member.host + "\n";
  for (const auto& [partition, reset] : plan.offsets) {
    text += "offset   " + toString(partition) + ": " + (reset.before ? std::to_string(*reset.before) : "none") + " -> " +
            std::to_string(reset.after) + "\n";
  }
  for (const std::string& topic : plan.deleted_topics) text += "delete   topic " + topic + "\n";
  if (!plan.state_directory.empty()) text += "delete   local state in " + plan.state_directory.string() + "\n";
  return text.empty() ? "nothing to reset\n" : text;
}

}  // namespace widgetstream
