"""How the record says what people did with their profiles. Pure."""

from typing import Final

SENTENCES: Final = {
    "confirmation.answered": "Somebody answered whether a person has a skill: {answer}",
    "confirmation.prepared": "Wrote down whom to ask about a skill",
    "confirmation.sent": "Asked somebody to confirm a skill",
    "confirmation.withdrawn": "Took back a request to confirm a skill",
    "consent.given": "Let others see {groups} of their profile until {until}",
    "consent.stage": "A person and a body reached the stage {stage} about a post",
    "consent.stage_ended": "Ended what the stages of a post show",
    "consent.withdrawn": "Took a consent back to see {groups} of their profile",
    "profile.asked": "Asked {subject} whether their profile is still wanted",
    "profile.availability_set": "Said when and where they would move",
    "profile.deleted": "Deleted their profile",
    "profile.evidence_added": "Added evidence of a skill: {kind}",
    "profile.evidence_removed": "Removed evidence of a skill: {kind}",
    "profile.exported": "Took a copy of what is held of {subject}",
    "profile.hidden": "Hid their profile from {body}",
    "profile.job_set": "Changed what their profile says of their job",
    "profile.list_looked_at": "Looked at people who suit the post {subject}",
    "profile.kept": "Kept the profile of {subject} for another year",
    "profile.looked_at": "Looked at a profile and was shown {groups}",
    "profile.paused": "Paused their profile until {until}",
    "profile.removed_idle": "Removed the profile of {subject}, who did not answer",
    "profile.resumed": "Ended the pause of their profile",
    "profile.role_dropped": "Took a role off their profile: {standing}",
    "profile.role_named": "Named a role in their profile: {standing}",
    "profile.skills_saved": "Saved {count} skills of their profile and removed {removed}",
    "profile.unhidden": "Hid their profile from {body} no longer",
}
