"""A short workflow that the schedule starts every day: the papers of requests long over are deleted."""

from temporalio import workflow

from domain.activity_io import ForgetDocuments, ForgetDocumentsResult
from workflows import activity_options

with workflow.unsafe.imports_passed_through():
    from activities.forget_documents import ForgetDocumentsActivities


@workflow.defn(name="ForgetDocuments")
class ForgetDocumentsDaily:
    """One round through the document store."""

    @workflow.run
    async def run(self) -> ForgetDocumentsResult:
        """Delete what is kept for nobody any more."""
        return await workflow.execute_activity_method(
            ForgetDocumentsActivities.forget_documents,
            ForgetDocuments(now=workflow.now()),
            summary="delete the papers of requests long over",
            **activity_options.SURVEY.options(),
        )
